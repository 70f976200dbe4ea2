"""Are these postings still open? Opens each again on its board and records what the board says."""

from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.posting import PostingState
from jobspider.base import GONE, BoardSpider, asked, cause
from jobspider.items import Verdict
from jobspider.store import CrawlStore


class RecheckSpider(Spider):
    """`scrapy crawl recheck -a ids=12,15`: one request for each posting, a verdict for each."""

    name = "recheck"
    custom_settings = {"ITEM_PIPELINES": {"jobspider.pipelines.StoreVerdict": 100}}  # noqa: RUF012  Scrapy's way
    store: CrawlStore

    def __init__(self, ids: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.posting_ids = [int(number) for number in ids.split(",") if number.strip()]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with its way to the database."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.store = CrawlStore.open(spider.name)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask each posting's board for the page that tells its state."""
        for posting_id, board, board_id, url in self.store.addresses(self.posting_ids):
            yield spider_of(board).posting_request(board_id, url).replace(
                callback=self.on_posting, errback=self.on_failure, dont_filter=True,
                cb_kwargs={"posting_id": posting_id, "board": board},
            )  # fmt: skip

    def on_posting(self, response: Response, posting_id: int, board: str) -> Iterator[Verdict]:
        """Record what the page says."""
        state = spider_of(board).posting_state(response)
        evidence = f"http {response.status}, {board} says {state}"
        yield Verdict(posting_id, state, evidence, clock.now())

    def on_failure(self, failure: Failure) -> Iterator[Verdict]:
        """Record trouble on the way as unknown; a page that is gone is closed."""
        name, response = cause(failure)
        gone = response is not None and response.status in GONE
        state = PostingState.CLOSED if gone else PostingState.UNKNOWN
        yield Verdict(asked(failure)["posting_id"], state, name, clock.now())


def spider_of(board: str) -> type[BoardSpider]:
    """Return the spider class of a board, whose module has the board's name."""
    module = import_module(f"jobspider.spiders.{board}")
    found: type[BoardSpider] = next(
        value for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BoardSpider) and value.__module__ == module.__name__
    )  # fmt: skip
    return found
