"""Wanted's list page in a real Chromium: filled by its script, scrolled to its end, carried to the sandbox."""

import asyncio

import pytest
from playwright.async_api import Error as PageError
from playwright.async_api import TimeoutError as PageTimeout
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from jobdb.chromium import chromium
from jobspider.browser import BrowserHandler
from jobspider.chromium import BrowserFailed
from tests.worlds import about, sandbox, scrapy

CLOCK = "2026-11-24T10:00"
SIZE = "700"

needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH"
)


def crawl(address, **environment):
    return scrapy(address, "crawl", "wanted", JOB_CLOCK=CLOCK, **environment)


def ask(database, question):
    with database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@needs_chromium
def test_a_crawl_by_browser_reads_the_scrolled_lists_to_their_ends(database):
    with sandbox("--size", SIZE, clock=CLOCK) as address:
        first, second = crawl(address), crawl(address)
        whole = crawl(address, WANTED_SOURCE="api")
    assert (first.returncode, second.returncode, whole.returncode) == (0, 0, 0), first.stderr + second.stderr
    rows = ask(database, "SELECT source, listed, stored, requests, failures FROM crawl ORDER BY id")
    (source, listed, stored, _, failures), (_, again, more, requests, _), (_, truth, *_) = rows
    assert (source, failures) == ("browser", {})
    assert listed == again == truth > 100, "each list needs more than two scrolls"
    assert 0 < stored < listed
    assert (more, requests) == (0, 3), "nothing new: a page for each of the two lists, and robots.txt"
    assert ask(database, "SELECT count(*) FROM posting WHERE body = ''") == [(0,)], "details come by plain HTTP"


@pytest.mark.parametrize("kind", ["missing", "broken"])
def test_a_browser_that_does_not_start_does_not_lose_the_day(database, tmp_path, kind):
    program = tmp_path / "chromium"
    if kind == "broken":
        program.write_text("#!/bin/sh\necho 'error while loading shared libraries: libnss3.so' >&2\nexit 127\n")
        program.chmod(0o755)
    with sandbox("--size", "150", clock=CLOCK) as address:
        done = crawl(address, CHROMIUM_PATH=str(program))
        listed = about(address)["listed"]["wanted"]
    assert done.returncode == 0, done.stderr
    [(source, verdict, met, stored, failures)] = ask(
        database, "SELECT source, verdict, listed, stored, failures FROM crawl"
    )
    assert (source, verdict) == ("sitemap", "ok")
    assert met >= listed
    assert stored > 10
    [(cause, count)] = failures.items()
    assert cause.startswith("browser: ")
    assert count == 2, "both lists"
    assert done.stderr.count("the sitemap is read instead") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (PageTimeout("Page.goto: Timeout 30000ms exceeded.\nCall log:"), DownloadTimeoutError, "Timeout 30000ms"),
        (PageError("Page.goto: net::ERR_CONNECTION_RESET at https://x/"), DownloadFailedError, "ERR_CONNECTION_RESET"),
        (PageError("Page.goto: Page crashed\nCall log:\n - navigating"), BrowserFailed, "Page.goto: Page crashed"),
    ],
)
def test_a_network_s_trouble_is_tried_again_and_the_browser_s_own_is_told_apart(monkeypatch, error, kind, said):
    async def download(self, request):
        raise error

    monkeypatch.setattr(ScrapyPlaywrightDownloadHandler, "download_request", download)
    with pytest.raises(kind) as caught:
        asyncio.run(BrowserHandler.__new__(BrowserHandler).download_request(Request("https://www.wanted.co.kr/wdlist")))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
