"""The three things of Scrapy 2.19's engine that a shared frontier needs; it has no public name for the first two."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro


def at_work(crawler: Crawler) -> set[Request]:
    """Return the requests that are on their way, or whose answer a callback or a pipeline still has in hand."""
    slot = crawler.engine._slot if crawler.engine else None
    return slot.inprogress if slot else set()


def wake(crawler: Crawler) -> None:
    """Let the engine ask for the next request: by itself it asks an empty scheduler every five seconds alone."""
    slot = crawler.engine._slot if crawler.engine else None
    if slot and not slot.closing:
        slot.nextcall.schedule()


def close(crawler: Crawler, reason: str) -> None:
    """Let the crawl end, for a reason."""
    assert crawler.engine
    deferred_from_coro(crawler.engine.close_spider_async(reason=reason))
