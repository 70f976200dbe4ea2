"""Whole crawls of 고용24: without a key, with a company's, with a person's."""

import pytest

from sandbox.boards.worknet_api import KEY, PERSONAL, PERSONAL_WORDS
from tests.worlds import sandbox, scrapy

CLOCK = "2026-11-24T10:00"


def crawl(tmp_path, **environment):
    with sandbox("--size", "1200", clock=CLOCK) as address:
        return scrapy(
            address, "crawl", "worknet", JOB_CLOCK=CLOCK, JOBSPIDER_KEPT_PAGES=str(tmp_path),
            **{"WORK24_API_KEY": "", "JOBSPIDER_LOG_LEVEL": "DEBUG"} | environment,
        )  # fmt: skip


def newest_crawl(database):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT verdict, cause, listed, stored, unknown FROM crawl ORDER BY id DESC LIMIT 1")
        return cursor.fetchone()


def stored(database, column):
    with database, database.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM posting WHERE board = 'worknet'")
        return [value for (value,) in cursor.fetchall()]


def test_the_website_is_read_and_rows_that_lead_elsewhere_are_kept(database, tmp_path):
    done = crawl(tmp_path)
    verdict, cause, listed, count, unknown = newest_crawl(database)
    assert (verdict, cause, unknown) == ("ok", None, {}), done.stderr[-2000:]
    assert listed > count > 0
    urls = stored(database, "url")
    assert any("infoTypeCd=CSI" in url for url in urls)
    assert any("jobkorea" in url for url in urls)
    assert "jobkorea" not in "".join(line for line in done.stderr.splitlines() if "Crawled" in line)


def test_a_company_s_key_opens_the_open_api_and_is_seen_nowhere(database, tmp_path):
    done = crawl(tmp_path, WORK24_API_KEY=KEY)
    verdict, cause, *_ = newest_crawl(database)
    assert (verdict, cause) == ("ok", None), done.stderr[-2000:]
    assert set(stored(database, "raw->'extra'->>'infoTypeCd'")) == {"VALIDATION"}
    assert "210D01" in done.stderr
    assert "authKey" not in done.stderr


@pytest.mark.parametrize(("key", "words"), [(PERSONAL, PERSONAL_WORDS), ("mistyped", "유효하지 않은 인증키 입니다.")])
def test_a_refused_key_fails_the_crawl_with_the_board_s_words(key, words, database, tmp_path):
    done = crawl(tmp_path, WORK24_API_KEY=key)
    assert newest_crawl(database)[:3] == ("failed", f"list: {words}", 0)
    assert done.returncode == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert key.encode() not in kept
    assert f"authKey={key}" not in done.stderr
