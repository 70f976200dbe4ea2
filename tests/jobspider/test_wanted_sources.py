"""How Wanted's spider finds postings, before any is read: the sitemap's files, the limit, the operator's choice."""

import pytest
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.settings import Settings

from jobdb import clock
from jobdb.errors import SettingError
from jobdb.tracks import courses
from jobspider import browser
from jobspider.jsonpage import KeyWatch
from jobspider.keptpages import KeptPages
from jobspider.keywords import Matcher
from jobspider.spiders.wanted import WantedSpider
from jobspider.store import CrawlStore
from jobspider.wanted.sources import HOME, SOURCES

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
    assert (spider.opened, spider.left) == (3, 1)


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


@pytest.mark.parametrize(("source", "obeys"), [(None, True), ("", True), ("sitemap", True), ("api", False)])
def test_robots_are_obeyed_unless_the_operator_chose_the_api(source, obeys):
    settings = Settings({"ROBOTSTXT_OBEY": True, "WANTED_SOURCE": source})
    WantedSpider.update_settings(settings)
    assert settings.getbool("ROBOTSTXT_OBEY") is obeys


def test_an_unknown_source_stops_the_program_and_names_the_others():
    with pytest.raises(SettingError, match="sitemap, browser, api"):
        WantedSpider.update_settings(Settings({"WANTED_SOURCE": "rss"}))


def test_the_browser_needs_chromium_and_says_so(monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    with pytest.raises(SettingError, match="CHROMIUM_PATH"):
        WantedSpider.update_settings(Settings({"WANTED_SOURCE": "browser"}))


def test_the_browser_is_for_this_spider_alone_and_obeys_robots(monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: "/usr/bin/chromium")
    settings = Settings({"ROBOTSTXT_OBEY": True, "WANTED_SOURCE": "browser"})
    WantedSpider.update_settings(settings)
    assert settings["DOWNLOAD_HANDLERS"]["https"] == "jobspider.browser.BrowserHandler"
    assert settings.getbool("ROBOTSTXT_OBEY")


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
