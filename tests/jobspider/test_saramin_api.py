"""Crawls of Saramin's official API: what they ask, how many calls they may make, and where the key never is."""

import asyncio
import gzip
import json
import logging
from datetime import date

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import TextResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from jobdb.errors import SettingError
from jobdb.tracks import courses
from jobspider.calls import LimitReached, spend
from jobspider.keyed import HIDDEN, KeyedApi, KeyedHandler
from jobspider.saramin import openapi
from jobspider.spiders.saramin import SaraminSpider
from jobspider.store import CrawlStore
from tests.worlds import ROOT, sandbox, scrapy

KEY = "k+3/f9A="
CLOCK = "2026-11-24T10:00"
TODAY = date(2026, 11, 24)
API = KeyedApi(openapi.HOST, openapi.KEY_PARAMETER, KEY, 2)
LIST = f"https://{openapi.HOST}/job-search?start=0"


def crawl(tmp_path, key, *arguments, size=600, level="DEBUG"):
    with sandbox("--size", str(size), clock=CLOCK) as address:
        return scrapy(
            address, "crawl", "saramin", *arguments, SARAMIN_ACCESS_KEY=key, JOB_CLOCK=CLOCK,
            JOBSPIDER_LOG_LEVEL=level, JOBSPIDER_KEPT_PAGES=str(tmp_path / "kept"),
        )  # fmt: skip


def ask(database, question):
    with database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def kept(tmp_path):
    return "".join(gzip.decompress(path.read_bytes()).decode() for path in (tmp_path / "kept").rglob("*.gz"))


def everything(database):
    """All that a crawl wrote, as text."""
    tables = ("crawl", "sighting", "posting", "api_call")
    return "".join(str(ask(database, f"SELECT row_to_json(t)::text FROM {table} t")) for table in tables)


def test_a_crawl_asks_for_lists_alone_and_stores_whole_postings(database, tmp_path):
    done = crawl(tmp_path, KEY)
    assert done.returncode == 0, done.stderr
    ((source, requests, listed, stored, filled, unknown),) = ask(
        database, "SELECT source, requests, listed, stored, filled, unknown FROM crawl"
    )
    ((api, day, calls),) = ask(database, "SELECT * FROM api_call")
    assert (source, api, day, calls) == ("api", openapi.HOST, TODAY, requests)
    assert requests < listed / 50
    assert unknown == {}
    assert filled["career"] == filled["deadline"] == filled["posted"] == stored > 100
    assert ask(database, "SELECT count(*) FROM posting WHERE body <> '' OR image_only") == [(0,)]


def test_a_second_crawl_asks_for_one_page_a_walk(database, tmp_path):
    crawl(tmp_path, KEY)
    before = ask(database, "SELECT calls FROM api_call")[0][0]
    assert crawl(tmp_path, KEY).returncode == 0
    assert ask(database, "SELECT calls FROM api_call") == [(before + len(courses().walks["saramin"].daily),)]


@pytest.mark.parametrize("key", [KEY, "wrong-3f9A"])
def test_the_key_is_nowhere_but_on_the_wire(database, tmp_path, key):
    done = crawl(tmp_path, key, size=200)
    written = done.stdout + done.stderr + kept(tmp_path) + everything(database)
    assert openapi.HOST in done.stderr, "the level is DEBUG: addresses are in the log"
    for trace in (key, key.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")):
        assert trace not in written


@pytest.mark.parametrize(
    ("key", "status", "said"), [("wrong-1", 403, "유효하지 않은"), ("spent-1", 429, "일일 사용 한도")]
)
def test_a_refusal_is_a_failure_in_the_api_s_words_and_is_not_asked_again(database, tmp_path, key, status, said):
    done = crawl(tmp_path, key, size=100, level="WARNING")
    ((verdict, cause, requests),) = ask(database, "SELECT verdict, cause, requests FROM crawl")
    assert (done.returncode, verdict, requests) == (1, "failed", 2)
    assert cause.startswith(f"list: http {status}, the API says ")
    assert said in cause
    assert said in kept(tmp_path)


def test_the_day_s_calls_are_counted_across_crawls(database, tmp_path):
    with database, database.cursor() as cursor:
        cursor.execute("INSERT INTO api_call VALUES (%s, %s, 497)", (openapi.HOST, TODAY))
    first = crawl(tmp_path, KEY, size=1200, level="WARNING")  # more than three pages
    second = crawl(tmp_path, KEY, size=1200, level="WARNING")
    assert ask(database, "SELECT calls FROM api_call") == [(500,)]
    assert (first.returncode, second.returncode) == (1, 1)
    spent = f"limit: today's 500 calls to {openapi.HOST} are spent"
    (stopped, nothing) = ask(database, "SELECT verdict, cause, listed, stored > 0 FROM crawl ORDER BY id")
    assert stopped[:2] == ("suspect", spent)
    assert 220 < stopped[2] <= 330
    assert nothing == ("failed", f"listed 0, fewer than the floor of 20; {spent}", 0, False)
    assert spent in first.stdout


def test_after_a_crawl_that_the_limit_stopped_the_next_reads_on_below_what_is_known(database, tmp_path):
    with database, database.cursor() as cursor:
        cursor.execute("INSERT INTO api_call VALUES (%s, %s, 497)", (openapi.HOST, TODAY))
    crawl(tmp_path, KEY, size=1200, level="WARNING")
    with database, database.cursor() as cursor:
        cursor.execute("DELETE FROM api_call")
    assert crawl(tmp_path, KEY, size=1200, level="WARNING").returncode == 0
    assert ask(database, "SELECT listed = (SELECT count(*) FROM sighting) FROM crawl ORDER BY id")[1] == (True,)


def test_calls_of_other_days_and_apis_do_not_count(database):
    assert [spend(database, "a", TODAY, 2) for _ in range(3)] == [True, True, False]
    assert spend(database, "a", date(2026, 11, 25), 2)
    assert spend(database, "b", TODAY, 2)


def test_a_crawl_is_compared_with_those_of_its_own_way(database):
    with database, database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crawl (spider, source, started_at, made_up, listed, verdict) "
            "VALUES ('saramin', '', now(), true, 900, 'ok'), ('saramin', 'api', now(), true, 300, 'ok')"
        )
    store = CrawlStore.open("saramin")
    assert [tally.listed for tally in store.earlier()] == [900]
    store.source = "api"
    assert [tally.listed for tally in store.earlier()] == [300]
    store.database.close()


def test_closed_postings_are_dropped_and_new_keys_are_counted(database, tmp_path):
    crawler = get_crawler(SaraminSpider, {"SARAMIN_ACCESS_KEY": KEY, "KEPT_PAGES": str(tmp_path)})
    spider = SaraminSpider.from_crawler(crawler)
    case = ROOT / "tests" / "boards" / "saramin" / "api_list_odd"
    page = TextResponse(json.loads((case / "case.json").read_text())["url"], body=(case / "page.json").read_bytes())
    (card,) = spider.on_list(page, 1, set())
    spider.store.database.close()
    assert (card.board_id, spider.store.dropped) == ("52900005", {"closed": 1})
    paths = {"position.remote.code", "position.remote.name", "badge", "company.name"}
    assert spider.store.unknown == {"key": dict.fromkeys(paths, 1)}


def test_without_a_key_the_search_is_read(database, tmp_path):
    crawler = get_crawler(SaraminSpider, {"SARAMIN_ACCESS_KEY": "", "KEPT_PAGES": str(tmp_path)})
    spider = SaraminSpider.from_crawler(crawler)
    spider.store.database.close()
    assert spider.list_request({"cat_mcls": "2"}).url.startswith("https://www.saramin.co.kr/zf_user/search/recruit?")
    assert crawler.settings.get("KEYED_API") is None


def test_a_walk_that_the_api_cannot_do_stops_the_program():
    with pytest.raises(SettingError, match=r"exp_cd.*cat_mcls, cat_kewd"):
        openapi.check([{"cat_mcls": "2", "exp_cd": "1"}])
    SaraminSpider.update_settings(Settings({"SARAMIN_ACCESS_KEY": KEY}))


def test_a_recheck_asks_for_the_posting_s_page_with_or_without_a_key():
    assert SaraminSpider.posting_request("12", "").url.startswith("https://www.saramin.co.kr/")


# The door ------------------------------------------------------------------------------------------


@pytest.fixture
def door(database, monkeypatch):
    """A handler whose wire is `door.wire`, a function from the request that goes out."""
    crawler = get_crawler(SaraminSpider, {"KEYED_API": API})
    crawler.spider = SaraminSpider()
    crawler.spider.store = CrawlStore.open("saramin")

    async def download(self, request):
        return self.wire(request)

    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda self, crawler: setattr(self, "crawler", crawler))
    monkeypatch.setattr(HTTP11DownloadHandler, "download_request", download)
    logger = logging.getLogger(HTTP11DownloadHandler.__module__)
    filters = list(logger.filters)
    yield KeyedHandler(crawler)
    logger.filters[:] = filters
    crawler.spider.store.database.close()


def through(door, url=LIST):
    return asyncio.run(door.download_request(Request(url)))


def test_the_key_goes_out_and_does_not_come_back(door):
    sent = []

    def wire(request):
        sent.append(request.url)
        return TextResponse(request.url, body=f"you are {KEY}".encode())

    door.wire = wire
    response = through(door)
    assert sent == [f"{LIST}&access-key=k%2B3%2Ff9A%3D"]
    assert (response.url, response.text) == (LIST, f"you are {HIDDEN}")


def test_other_hosts_get_no_key_and_cost_no_call(door):
    door.wire = lambda request: TextResponse(request.url)
    for _ in range(5):
        assert through(door, "https://www.saramin.co.kr/").url == "https://www.saramin.co.kr/"


def test_a_timeout_names_the_address_without_the_key(door):
    def wire(request):
        raise DownloadTimeoutError(f"Getting {request.url} took longer than 30.0 seconds.")

    door.wire = wire
    with pytest.raises(DownloadTimeoutError) as caught:
        through(door)
    assert str(caught.value) == f"Getting {LIST}&access-key={HIDDEN} took longer than 30.0 seconds."
    assert caught.value.__suppress_context__


def test_scrapy_s_own_lines_about_the_address_lose_the_key(door, caplog):
    logging.getLogger(HTTP11DownloadHandler.__module__).warning("Got data loss in %s", f"{LIST}&access-key={KEY}")
    assert caplog.messages == [f"Got data loss in {LIST}&access-key={HIDDEN}"]


def test_a_call_that_fails_is_counted_and_none_goes_out_beyond_the_limit(door):
    sent = []

    def wire(request):
        sent.append(request.url)
        raise DownloadTimeoutError("slow")

    door.wire = wire
    for kind in (DownloadTimeoutError, DownloadTimeoutError, LimitReached, LimitReached):
        with pytest.raises(kind):
            through(door)
    assert len(sent) == API.calls_a_day


def test_the_key_is_not_in_what_the_api_is_shown_as():
    assert KEY not in repr(API)
