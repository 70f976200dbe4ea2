"""How Wanted's spider finds postings, before any is read: which way is chosen, the sitemap's files, the limit."""

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import TextResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.errors import SettingError
from jobdb.tracks import courses
from jobspider import browser
from jobspider.chromium import BrowserFailed
from jobspider.jsonpage import KeyWatch
from jobspider.keptpages import KeptPages
from jobspider.keywords import Matcher
from jobspider.spiders.wanted import WantedSpider
from jobspider.store import CrawlStore
from jobspider.wanted import sources
from jobspider.wanted.page import HOME, copy
from jobspider.wanted.sources import SOURCES

CLIENT = {"WANTED_CLIENT_ID": "school", "WANTED_CLIENT_SECRET": "s3cret"}
INDEX = ["sitemap_kr_company_1.xml", "sitemap_kr_job_1.xml", "sitemap_kr_job_2.xml", "sitemap_etc.xml"]
FILES = {"sitemap_kr_job_1.xml": [f"{HOME}/wd/{n}" for n in (300, 7, 41)], "sitemap_kr_job_2.xml": [f"{HOME}/wd/299"]}


@pytest.fixture
def spider(database, tmp_path):
    spider = WantedSpider(detail_limit="3")
    spider.kept_pages = KeptPages(tmp_path)
    spider.started_at = clock.now()
    spider.matcher = Matcher(courses().tracks.values())
    spider.store = CrawlStore.open("wanted")
    yield spider
    spider.store.database.close()


def sitemap(request, kind, places):
    locs = "".join(f"<x><loc>{place}</loc></x>" for place in places)
    return TextResponse(request.url, body=f"<{kind}>{locs}</{kind}>".encode(), request=request)


def step(spider, request):
    """What the spider makes of the file that the request asks for."""
    name = request.url.rpartition("/")[2]
    if name == "sitemap.xml":
        response = sitemap(request, "sitemapindex", [f"{HOME}/{file}" for file in INDEX])
    else:
        response = sitemap(request, "urlset", FILES[name])
    return list(spider.on_list(response, 1, set()))


def test_all_files_are_gathered_before_the_newest_are_opened(spider):
    assert spider.walks() == [{}], "one walk, whatever categories are configured"
    [first] = step(spider, spider.list_request({}))
    [second] = step(spider, first)
    assert [first.url, second.url] == [f"{HOME}/{name}" for name in FILES]
    assert [request.url for request in step(spider, second)] == [f"{HOME}/wd/{n}" for n in (300, 299, 41)]
    assert spider.left == 1


def test_what_the_limit_left_is_new_to_the_next_crawl(spider):
    [first] = step(spider, spider.list_request({}))
    [second] = step(spider, first)
    step(spider, second)
    for number in ("300", "299", "41"):
        spider.store.drop(number, "no_keyword")
    spider.store.flush(clock.now())
    assert set(CrawlStore.open("wanted").known) == {"300", "299", "41"}


def test_an_index_without_files_of_postings_is_a_failure(spider):
    request = spider.list_request({})
    assert list(spider.on_list(sitemap(request, "sitemapindex", [f"{HOME}/sitemap_etc.xml"]), 1, set())) == []
    assert spider.store.failures == {"list: no postings in the sitemap": 1}


def test_a_block_page_for_a_sitemap_is_a_failure(spider):
    page = TextResponse(
        f"{HOME}/sitemap.xml", body=b"<html>403 ERROR<br></html>", request=Request(f"{HOME}/sitemap.xml")
    )
    assert list(spider.on_list(page, 1, set())) == []
    assert spider.store.failures == {"list: not a sitemap": 1}


# The choice ----------------------------------------------------------------------------------------


@pytest.fixture
def no_chromium(monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.setattr(sources, "chromium", lambda: None)


@pytest.fixture
def a_chromium(monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(sources, "chromium", lambda: "/usr/bin/chromium")


def settled(source, **others):
    settings = Settings({"ROBOTSTXT_OBEY": True, "WANTED_SOURCE": source, **others})
    WantedSpider.update_settings(settings)
    return settings


@pytest.mark.parametrize("unset", [None, ""])
def test_unless_told_a_browser_is_used_where_there_is_one(unset, a_chromium):
    assert settled(unset)["DOWNLOAD_HANDLERS"]["https"] == "jobspider.browser.BrowserHandler"
    assert sources.chosen(Settings({"WANTED_SOURCE": unset})) == "browser"


@pytest.mark.parametrize("unset", [None, ""])
def test_unless_told_the_sitemap_is_read_where_there_is_no_browser(unset, no_chromium):
    assert settled(unset)["DOWNLOAD_HANDLERS"] == Settings()["DOWNLOAD_HANDLERS"]
    assert sources.chosen(Settings({"WANTED_SOURCE": unset})) == "sitemap"


@pytest.mark.parametrize(("source", "said"), [("", 1), ("sitemap", 0)])
def test_that_there_is_no_browser_is_said_once_and_not_to_who_chose(
    source, said, no_chromium, database, tmp_path, caplog
):
    caplog.set_level("INFO")
    spider = made({"WANTED_SOURCE": source}, tmp_path)
    assert (spider.source, spider.store.source) == (SOURCES["sitemap"], "sitemap")
    assert sum("no Chromium" in message for message in caplog.messages) == said


@pytest.mark.parametrize(
    ("source", "obeys"), [(None, True), ("sitemap", True), ("browser", True), ("openapi", True), ("api", False)]
)
def test_robots_are_obeyed_unless_the_operator_chose_the_api(source, obeys, a_chromium):
    assert settled(source, **CLIENT).getbool("ROBOTSTXT_OBEY") is obeys


def test_an_unknown_source_stops_the_program_and_names_the_others():
    with pytest.raises(SettingError, match="browser, sitemap, api, openapi"):
        settled("rss")


def test_the_browser_needs_chromium_and_says_so(no_chromium):
    with pytest.raises(SettingError, match="CHROMIUM_PATH"):
        settled("browser")


@pytest.mark.parametrize("missing", CLIENT)
def test_the_official_api_needs_a_client_and_says_so(missing):
    with pytest.raises(SettingError, match="WANTED_CLIENT_ID and WANTED_CLIENT_SECRET") as caught:
        settled("openapi", **(CLIENT | {missing: ""}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("full", "scrolls"), [("", 10), ("1", 200)])
def test_the_browser_scrolls_as_politely_as_the_board_is_asked_and_within_bounds(
    full, scrolls, a_chromium, database, tmp_path
):
    spider = made({"WANTED_SOURCE": "browser", "DOWNLOAD_DELAY": 1.0}, tmp_path, full=full)
    step = spider.list_request({"group": "518"}).meta["scroll"]
    assert (step["scrolls"], step["pause"]) == (scrolls, 1.0)


def made(settings, tmp_path, **arguments):
    crawler = get_crawler(WantedSpider, {**settings, "KEPT_PAGES": str(tmp_path)})
    spider = WantedSpider.from_crawler(crawler, **arguments)
    spider.store.database.close()
    return spider


# A browser that fails ------------------------------------------------------------------------------


class Engine:
    def __init__(self):
        self.asked = []

    def crawl(self, request):
        self.asked.append(request)


def test_where_the_browser_fails_the_sitemap_is_read_once_and_both_failures_are_counted(
    a_chromium, database, tmp_path, caplog
):
    spider = made({"WANTED_SOURCE": ""}, tmp_path)
    spider.crawler.engine = Engine()
    for _ in range(2):
        assert spider.on_list_failure(Failure(BrowserFailed("Failed to launch"))) is None
    [request] = spider.crawler.engine.asked
    assert request.url == f"{HOME}/sitemap.xml"
    assert spider.store.failures == {"browser: Failed to launch": 2}
    assert spider.store.source == "sitemap"
    assert sum("Failed to launch" in message for message in caplog.messages) == 1


def test_a_list_that_did_not_come_is_no_failure_of_the_browser(a_chromium, database, tmp_path):
    spider = made({"WANTED_SOURCE": "browser"}, tmp_path)
    spider.crawler.engine = Engine()
    spider.on_list_failure(Failure(DownloadTimeoutError("Page.goto: Timeout 30000ms exceeded.")))
    assert spider.crawler.engine.asked == []
    assert spider.store.failures == {"list: DownloadTimeoutError": 1}


def test_a_posting_that_a_crawl_has_seen_by_its_card_is_known_to_the_sitemap(spider):
    spider.store.meet(copy({"id": "300", "position": "백엔드 개발자"}))
    spider.store.drop("300", "no_keyword")
    spider.store.flush(clock.now())
    spider.store = CrawlStore.open("wanted")
    spider._read_by("sitemap")
    [first] = step(spider, spider.list_request({}))
    [second] = step(spider, first)
    assert [request.url for request in step(spider, second)] == [f"{HOME}/wd/{n}" for n in (299, 41, 7)]
    assert spider.store.dropped["known"] == 1


# What goes out -------------------------------------------------------------------------------------


def test_a_recheck_asks_for_the_page_whatever_the_source():
    spider = WantedSpider()
    spider.source = SOURCES["api"]
    assert spider.posting_request("12", "").url == f"{HOME}/wd/12"
    assert "/api/" in spider.source.card_request("12").url


def test_a_new_key_is_warned_of_once():
    said = []
    watch = KeyWatch(lambda *words: said.append(words[-1]), ["id"])
    for _ in range(2):
        watch.look({"id": 1, "renamedTitle": "x"})
    assert said == ["renamedTitle"]
