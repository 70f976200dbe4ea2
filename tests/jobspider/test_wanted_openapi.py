"""Crawls of Wanted's official API: what they read, how a refusal reads, and where the secret never is."""

import gzip

import pytest
from scrapy import Request
from scrapy.settings import Settings

from jobspider.keyed import HIDDEN
from jobspider.wanted.openapi import HOST, client_of
from tests.worlds import sandbox, scrapy

SECRET = "s+3/cr3t="
CLOCK = "2026-11-24T10:00"


def crawl(tmp_path, secret, size=300):
    with sandbox("--size", str(size), clock=CLOCK) as address:
        return scrapy(
            address, "crawl", "wanted", WANTED_SOURCE="openapi", WANTED_CLIENT_ID="school",
            WANTED_CLIENT_SECRET=secret, JOB_CLOCK=CLOCK, JOBSPIDER_LOG_LEVEL="DEBUG",
            JOBSPIDER_KEPT_PAGES=str(tmp_path / "kept"),
        )  # fmt: skip


def ask(database, question):
    with database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def everything(database, done, tmp_path):
    """All that a crawl said, kept and wrote."""
    kept = "".join(gzip.decompress(path.read_bytes()).decode() for path in (tmp_path / "kept").rglob("*.gz"))
    tables = ("crawl", "sighting", "posting", "api_call")
    rows = "".join(str(ask(database, f"SELECT row_to_json(t)::text FROM {table} t")) for table in tables)
    return done.stdout + done.stderr + kept + rows


def test_a_crawl_by_the_official_api_stores_whole_postings(database, tmp_path):
    done = crawl(tmp_path, SECRET)
    assert done.returncode == 0, done.stderr
    ((source, requests, stored, filled, failures),) = ask(
        database, "SELECT source, requests, stored, filled, failures FROM crawl"
    )
    assert (source, failures) == ("openapi", {})
    assert filled["body"] == filled["career"] == stored > 20
    assert ask(database, "SELECT api, calls FROM api_call") == [(HOST, requests)]
    assert ask(database, "SELECT count(*) FROM posting WHERE url NOT LIKE 'https://www.wanted.co.kr/wd/%'") == [(0,)]
    assert HOST in done.stderr, "the level is DEBUG: addresses are in the log"
    assert SECRET not in everything(database, done, tmp_path)


@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        ("wrong-s3cret", "list: http 401, the API says 유효하지 않은 클라이언트입니다."),
        ("barred-s3cret", f"list: http 403, the API says 이용이 중지된 클라이언트입니다: {HIDDEN}"),
    ],
)
def test_a_refusal_is_a_failure_in_the_api_s_words_and_never_names_the_secret(database, tmp_path, secret, cause):
    done = crawl(tmp_path, secret, size=60)
    assert done.returncode == 1
    assert ask(database, "SELECT verdict, cause, requests FROM crawl") == [("failed", cause, 2)], "not asked again"
    assert secret not in everything(database, done, tmp_path)


def test_the_client_signs_with_two_headers_and_leaves_the_address_alone():
    client = client_of(Settings({"WANTED_CLIENT_ID": "school", "WANTED_CLIENT_SECRET": SECRET}))
    request = Request(f"https://{HOST}/v1/jobs/5", headers={"Accept": "application/json"})
    signed = client.sign(request)
    assert signed.url == request.url
    assert signed.headers.to_unicode_dict() == {
        "Accept": "application/json", "Wanted-Client-Id": "school", "Wanted-Client-Secret": SECRET,
    }  # fmt: skip
    assert "Wanted-Client-Secret" not in request.headers
    assert SECRET not in repr(client)


def test_without_a_client_the_program_stops_in_a_line(database):
    done = scrapy("http://127.0.0.1:9", "crawl", "wanted", WANTED_SOURCE="openapi", WANTED_CLIENT_ID="school")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith("error: WANTED_SOURCE='openapi' needs WANTED_CLIENT_ID and WANTED_CLIENT_SECRET")
