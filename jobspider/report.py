"""One row for each crawl: what it met, kept and dropped, and whether a sane crawl looks like that."""

from typing import Self

import psycopg2
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.errors import first_line
from jobspider.base import BoardSpider
from jobspider.baseline import suspicion
from jobspider.store import CrawlStore

UNREADABLE_SHARE = 0.1  # of the postings opened: above it something has changed on the board


class CrawlReport:
    """Scrapy extension that writes the crawl's row at its start and its verdict at its end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, listening to the spider's start and end."""
        report = cls(crawler)
        crawler.signals.connect(report.opened, signals.spider_opened)
        crawler.signals.connect(report.closed, signals.spider_closed)
        for broken in (signals.spider_error, signals.item_error):
            crawler.signals.connect(report.broke, broken)
        return report

    def opened(self, spider: Spider) -> None:
        """Write the row that a killed crawl leaves behind."""
        made_up = bool(self.crawler.settings.get("JOBSPIDER_SANDBOX"))
        store = store_of(spider)
        if not store.crawl_id:  # a crawl of several nodes has its row already
            store.begin(clock.now(), made_up)

    def broke(self, failure: Failure, response: Response | Failure | None, spider: Spider) -> None:
        """Count a page over which the program itself broke down as one that could not be read."""
        request = getattr(response, "request", None)
        kind = "list" if request is not None and "page" in request.cb_kwargs else "posting"
        store_of(spider).count_failure(f"{kind}: {type(failure.value).__name__}")

    def closed(self, spider: Spider, reason: str) -> None:
        """Write counts and verdict, and say both in the log."""
        assert self.crawler.stats
        store = store_of(spider)
        requests = store.memory.sum_up(store, self.crawler.stats.get_value("downloader/request_count", 0))
        if requests is None:
            self._leave(spider, store, reason)
            return
        verdict, cause = conclude(spider, store, requests, reason)
        store.memory.conclude(verdict)
        self._say(verdict, summary(spider, store, cause or verdict))

    def _leave(self, spider: Spider, store: CrawlStore, reason: str) -> None:
        store.database.close()
        well = reason == "finished"
        end = "this node's part, the verdict is another's" if well else f"this node left: {reason}"
        self._say("ok" if well else "failed", summary(spider, store, end))

    def _say(self, verdict: str, words: str) -> None:
        assert self.crawler.stats
        self.crawler.stats.set_value("crawl/verdict", verdict)
        self.crawler.stats.set_value("crawl/summary", words)


def summary(spider: Spider, store: CrawlStore, verdict: str) -> str:
    """Return a crawl in one line: "saramin: listed 321, stored 215, dropped 93 no_keyword; ok"."""
    parts = [f"listed {store.listed}", f"stored {store.stored}"]
    for name, counts in (("dropped", store.dropped), ("failures", store.failures)):
        if counts:
            parts.append(f"{name} {', '.join(f'{count} {reason}' for reason, count in counts.most_common())}")
    return f"{spider.name}: {', '.join(parts)}; {verdict}"


def store_of(spider: Spider) -> CrawlStore:
    """Return the spider's way to the database; every spider of this project has one."""
    store: CrawlStore = spider.store  # type: ignore[attr-defined]
    return store


def conclude(spider: Spider, store: CrawlStore, requests: int, reason: str) -> tuple[str, str | None]:
    """Judge a crawl and complete its row; where the database does not take that, the crawl has failed."""
    try:
        verdict, cause = judge(spider, store, requests, reason)
        store.finish(clock.now(), requests, verdict, cause)
    except psycopg2.Error as error:
        return "failed", f"database: {first_line(error)}"
    return verdict, cause


def judge(spider: Spider, store: CrawlStore, requests: int, reason: str) -> tuple[str, str | None]:
    """Return the verdict (ok, suspect, failed) and its cause.

    A crawl that an API's limit stopped has read the newest postings and not all: suspect, so that the next one does
    not stop where all is known.
    """
    if cause := why_failed(spider, store, requests, reason):
        return "failed", cause
    if not isinstance(spider, BoardSpider):
        return "ok", None
    cause = first(store, "limit: ") or suspicion(store.tally(spider.started_at), store.earlier())
    return ("suspect", cause) if cause else ("ok", None)


def why_failed(spider: Spider, store: CrawlStore, requests: int, reason: str) -> str | None:
    """Return why a crawl is no sane one, or None."""
    if reason != "finished":
        return f"stopped: {reason}"
    if not isinstance(spider, BoardSpider):
        return None
    if requests == 0:
        return "no request was made"
    if cause := first(store, "database: ") or first(store, "list: "):
        return cause
    if store.listed < spider.board.floor:
        few = f"listed {store.listed}, fewer than the floor of {spider.board.floor}"
        return "; ".join(filter(None, (few, first(store, "limit: "))))
    unreadable = sum(count for what, count in store.failures.items() if what.startswith("posting: "))
    if unreadable > UNREADABLE_SHARE * max(10, unreadable + store.stored):
        return f"{unreadable} postings could not be read"
    return None


def first(store: CrawlStore, kind: str) -> str | None:
    """Return the first failure of a kind (list, limit), or None."""
    return next((what for what in store.failures if what.startswith(kind)), None)
