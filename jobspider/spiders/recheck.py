"""Are these postings still open? Opens each again on its board and records what the board says."""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from jobspider import addresses
from jobspider.arguments import number, refuse_others, switch
from jobspider.rechecks import Rechecks
from jobspider.store import CrawlStore


class RecheckSpider(Rechecks, Spider):
    """One request for each posting, a verdict for each.

    `-a ids=12,15`: these postings; `-a edition=7`: those chosen for an edition; `-a unlisted=1`: all open ones that
    lists no longer show.
    """

    name = "recheck"
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012  Scrapy's way; verdicts go straight to the database

    def __init__(self, ids: str = "", edition: str = "", unlisted: str = "", **kwargs: Any) -> None:
        refuse_others(kwargs, ("ids", "edition", "unlisted"))
        super().__init__(**kwargs)
        self.posting_ids = [number("ids", part) for part in ids.split(",") if part.strip()]
        self.edition_id = number("edition", edition or "0")
        self.wants_unlisted = switch("unlisted", unlisted)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with its way to the database."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.store = CrawlStore.open(spider.name)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask each posting's board for the page that tells its state."""
        database = self.store.database
        wanted = {*addresses.of_postings(database, self.posting_ids), *addresses.of_edition(database, self.edition_id)}
        if self.wants_unlisted:
            wanted.update(addresses.unlisted(database))
        for request in self.rechecks(sorted(wanted)):
            yield request
