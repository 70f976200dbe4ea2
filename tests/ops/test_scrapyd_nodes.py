"""Two Scrapyds and a Redis: one scheduled run, one crawl."""

import pytest
from redis import Redis

from bench._boards import served
from sandbox.market import Market
from sandbox.server import application
from tests.nodes import NOW, SERVER, Noted, redis
from tests.ops.jobs import run, start, until
from tests.ops.test_scrapyd import PASSWORD, crawls, scrapyd

pytestmark = pytest.mark.skipif(SERVER is None, reason="no redis-server here (Debian: apt install redis-server)")


@pytest.fixture
def settings(database, tmp_path, monkeypatch):
    monkeypatch.setenv("SCRAPYD_PASSWORD", PASSWORD)
    monkeypatch.setenv("JOB_CLOCK", NOW.isoformat())
    monkeypatch.setenv("JOBSPIDER_KEPT_PAGES", str(tmp_path / "kept"))
    return monkeypatch


def test_two_scrapyds_crawl_one_board_together(settings, database, tmp_path):
    boards = Noted(application(Market(7, NOW, 400)), latency=0.2)
    with redis() as address, served(boards) as sandbox:
        settings.setenv("REDIS_URL", address)
        settings.setenv("JOBSPIDER_SANDBOX", sandbox)
        with scrapyd(tmp_path / "first") as first, scrapyd(tmp_path / "second") as second:
            settings.setenv("SCRAPYD_URL", f"{first.url}, {second.url}")
            assert run("deploy", module="ops.scrapyd").stdout.count("with 6 spiders") == 2
            with boards.closed_until_joined(Redis.from_url(address), "jumpit", 2):
                crawling = start("jumpit", module="ops.crawl", JOB_RUN_ID="run 1")
            told = crawling.communicate(timeout=60)
            until(lambda: all("jumpit: listed" in (each.folder / "said").read_text() for each in (first, second)))
    assert (crawling.returncode, told[1]) == (0, "")
    assert told[0].endswith("jumpit: ok\n")
    assert crawls(database) == {"jumpit": ("ok", None, "run 1")}
    assert set(boards.pages().values()) == {1}
    assert boards.robots() == 2, "both had something to do"


def test_a_scrapyd_that_is_down_leaves_the_crawl_to_the_other(settings, database, tmp_path):
    boards = Noted(application(Market(7, NOW, 400)))
    with redis() as address, served(boards) as sandbox:
        settings.setenv("REDIS_URL", address)
        settings.setenv("JOBSPIDER_SANDBOX", sandbox)
        with scrapyd(tmp_path / "first") as first:
            settings.setenv("SCRAPYD_URL", first.url)
            assert run("deploy", module="ops.scrapyd").returncode == 0
            settings.setenv("SCRAPYD_URL", f"http://127.0.0.1:9,{first.url}")
            done = run("jumpit", module="ops.crawl")
    assert done.returncode == 0
    assert done.stderr.startswith("warning: Scrapyd at http://127.0.0.1:9 does not answer")


def test_several_scrapyds_without_a_redis_are_refused(settings):
    settings.setenv("SCRAPYD_URL", "http://127.0.0.1:9,http://127.0.0.1:10")
    done = run("jumpit", module="ops.crawl")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "set REDIS_URL" in done.stderr
