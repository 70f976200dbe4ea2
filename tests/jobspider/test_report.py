"""When a crawl is a sane one."""

from collections import Counter
from types import SimpleNamespace

import pytest

from jobspider.rechecks import pages_of
from jobspider.report import why_failed
from jobspider.spiders.recheck import RecheckSpider

# what the crawl met -> what its row says; None: ok
TABLE = [
    ({"listed": 600, "stored": 80}, None),
    ({"listed": 600, "requests": 0}, "no request was made"),
    ({"listed": 0}, "listed 0, fewer than the floor of 20"),
    ({"listed": 19}, "listed 19, fewer than the floor of 20"),
    ({"listed": 600, "failures": {"list: http 403": 1}}, "list: http 403"),
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
