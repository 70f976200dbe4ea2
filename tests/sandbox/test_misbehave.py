"""A board on a bad day: the crawl fails with the cause, and blocked never looks like empty."""

import gzip

import pytest

from sandbox.misbehave import Fault
from tests.worlds import sandbox, scrapy

# what the board does -> what the crawl's row says; None: it came through
BAD_DAYS = {
    "401@saramin": "list: http 401",
    "403@saramin": "list: http 403",
    "429@saramin": "list: http 429",
    "429-long@jumpit": "list: http 429, Retry-After 86400 s",
    "500@incruit": "list: http 500",
    "307@saramin": "list: max redirections reached",
    "block@incruit": "list: block page",
    "half@saramin": "list: cut page",
    "half@jumpit": None,  # half of a JSON: the words are the board's spider's
    "markup@saramin": None,
    "markup@jumpit": None,
    "empty@saramin": None,
}


def newest_crawl(database):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT spider, verdict, cause, listed, requests FROM crawl ORDER BY id DESC LIMIT 1")
        return cursor.fetchone()


@pytest.mark.parametrize("fault", BAD_DAYS)
def test_a_crawl_fails_with_the_cause(fault, database, tmp_path):
    board = fault.partition("@")[2]
    with sandbox("--size", "60", "--misbehave", fault) as address:
        done = scrapy(address, "crawl", board, JOBSPIDER_KEPT_PAGES=str(tmp_path))
    spider, verdict, cause, listed, _requests = newest_crawl(database)
    assert (spider, verdict, listed, done.returncode) == (board, "failed", 0, 1)
    assert cause == BAD_DAYS[fault] or (BAD_DAYS[fault] is None and cause.startswith("list: "))
    assert done.stdout.strip().endswith(f"; {cause}")


def test_the_page_that_could_not_be_read_is_kept(database, tmp_path):
    with sandbox("--size", "60", "--misbehave", "block@saramin") as address:
        scrapy(address, "crawl", "saramin", JOBSPIDER_KEPT_PAGES=str(tmp_path))
    kept = sorted((tmp_path / "saramin").iterdir())
    assert kept
    assert "자동입력 방지" in gzip.decompress(kept[0].read_bytes()).decode()


def test_a_host_that_refuses_is_asked_three_times_and_no_more(database, tmp_path):
    with sandbox("--size", "60", "--misbehave", "403@jumpit") as address:
        scrapy(address, "crawl", "jumpit", JOBSPIDER_KEPT_PAGES=str(tmp_path))
    # eight requests are on their way at a time: those of the first moment, and robots.txt of two hosts
    assert newest_crawl(database)[4] <= 8 + 2


def test_a_host_that_is_not_there_is_not_asked_for_every_list(database, tmp_path):
    done = scrapy("http://127.0.0.1:9", "crawl", "jumpit", JOBSPIDER_KEPT_PAGES=str(tmp_path))
    assert newest_crawl(database)[:2] == ("jumpit", "failed")
    assert newest_crawl(database)[4] <= 2 * 8 + 2, done.stdout


@pytest.mark.parametrize("fault", ["429@jumpit:0.1", "500@saramin:0.1", "slow@jumpit:0.2", "block@incruit:0.1"])
def test_passing_trouble_is_got_over(fault, database, tmp_path):
    board = fault.partition("@")[2].partition(":")[0]
    with sandbox("--size", "400", "--misbehave", fault) as address:
        done = scrapy(address, "crawl", board, JOBSPIDER_KEPT_PAGES=str(tmp_path))
    assert newest_crawl(database)[:3] == (board, "ok", None), done.stdout + done.stderr


@pytest.mark.parametrize("text", ["teapot@saramin", "403", "403@", "403@saramin:many"])
def test_a_fault_is_written_kind_at_board(text):
    with pytest.raises(ValueError, match=r".+"):
        Fault.read(text)
