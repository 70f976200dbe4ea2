"""When a crawl is a sane one."""

from collections import Counter
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from jobspider.rechecks import pages_of
from jobspider.report import CrawlReport, why_failed
from jobspider.spiders.recheck import RecheckSpider
from jobspider.store import CrawlStore

# what the crawl met -> what its row says; None: ok
TABLE = [
    ({"listed": 600, "stored": 80}, None),
    ({"listed": 600, "requests": 0}, "no request was made"),
    ({"listed": 0}, "listed 0, fewer than the floor of 20"),
    ({"listed": 19}, "listed 19, fewer than the floor of 20"),
    ({"listed": 600, "failures": {"list: http 403": 1}}, "list: http 403"),
    ({"listed": 600, "failures": {"database: could not extend file": 1}}, "database: could not extend file"),
    ({"listed": 600, "failures": {"limit: spent": 1}}, None),
    ({"listed": 0, "failures": {"limit: spent": 1}}, "listed 0, fewer than the floor of 20; limit: spent"),
    ({"listed": 600, "stored": 80, "failures": {"posting: TimeoutError": 2}}, None),
    ({"listed": 600, "stored": 80, "failures": {"posting: TimeoutError": 30}}, "30 postings could not be read"),
    ({"listed": 600, "stored": 80, "failures": {"body: http 500": 30}}, None),
    ({"listed": 600, "reason": "shutdown"}, "stopped: shutdown"),
]


@pytest.mark.parametrize(("met", "said"), TABLE)
def test_the_verdict(met, said):
    store = SimpleNamespace(
        listed=met.get("listed", 0), stored=met.get("stored", 0), failures=Counter(met.get("failures", {}))
    )
    spider = pages_of("saramin")()
    assert why_failed(spider, store, met.get("requests", 30), met.get("reason", "finished")) == said


def test_a_recheck_has_no_floor():
    store = SimpleNamespace(listed=0, stored=0, failures=Counter())
    assert why_failed(RecheckSpider(), store, 0, "finished") is None


@pytest.mark.parametrize(("asked", "counted"), [({"page": 1, "seen": set()}, "list"), ({"card": None}, "posting")])
def test_a_page_over_which_the_program_broke_down_is_one_that_could_not_be_read(asked, counted):
    spider = SimpleNamespace(store=CrawlStore(None, "saramin", {}))
    response = Response("https://www.saramin.co.kr/", request=Request("https://www.saramin.co.kr/", cb_kwargs=asked))
    CrawlReport(None).broke(Failure(KeyError("title")), response, spider)
    assert spider.store.failures == {f"{counted}: KeyError": 1}
