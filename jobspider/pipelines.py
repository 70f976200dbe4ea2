"""What happens to each posting, one verb each: NormalisePosting, DropDuplicates, MatchTracks, StorePosting."""

import asyncio
from dataclasses import replace
from typing import NoReturn, Self

import psycopg2
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from jobdb import clock
from jobdb.errors import first_line
from jobdb.posting import Posting
from jobspider.base import BoardSpider
from jobspider.clustering import assign
from jobspider.items import RawPosting
from jobspider.normalise import MalformedPosting, normalise
from jobspider.store import CrawlStore

BATCH = 100


class Pipeline:
    """A verb on postings; it counts what it drops by reason."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline of a crawl."""
        return cls(crawler)

    @property
    def spider(self) -> BoardSpider:
        """Return the crawl's spider, which holds the keywords and the way to the database."""
        assert isinstance(self.crawler.spider, BoardSpider)
        return self.crawler.spider

    @property
    def store(self) -> CrawlStore:
        """Return the crawl's way to the database."""
        return self.spider.store

    def drop(self, board_id: str, reason: str) -> NoReturn:
        """Drop a posting, counted and remembered by its reason."""
        self.store.drop(board_id, reason)
        raise DropItem(f"{board_id}: {reason}", log_level="DEBUG")


class NormalisePosting(Pipeline):
    """Give the words meaning; a posting that lacks what every posting has is malformed."""

    def process_item(self, item: RawPosting) -> Posting:
        """Return the Posting of a RawPosting."""
        try:
            posting = normalise(item, self.spider.started_at)
        except MalformedPosting as error:
            self.drop(item.board_id, f"malformed: {error}")
        self.store.name(posting)
        self.store.count_unknown(posting)
        return posting


class DropDuplicates(Pipeline):
    """Drop what the board lists again under another number: same company, title, places, career and end."""

    def process_item(self, item: Posting) -> Posting:
        """Return the posting unless this crawl has met its like."""
        likeness = (item.company_key, item.title, item.regions, item.career, item.deadline, item.employment)
        if self.store.memory.first_like(likeness, item.board_id) != item.board_id:
            self.drop(item.board_id, "duplicate")
        return item


class MatchTracks(Pipeline):
    """Keep what at least one track's keywords want."""

    def process_item(self, item: Posting) -> Posting:
        """Return the posting with the tracks that want it and by which words."""
        match = self.spider.match(item.title, item.company)
        if match.reason:
            self.drop(item.board_id, match.reason)
        return replace(item, tracks=match.tracks)


class StorePosting(Pipeline):
    """Write postings to PostgreSQL in batches."""

    stopping: asyncio.Future[None] | None = None

    def process_item(self, item: Posting) -> Posting:
        """Take the posting, and write when a batch is full."""
        self.store.keep(item)
        if len(self.store.postings) % BATCH == 0:
            self._write()
        return item

    def _write(self) -> None:
        """Write what waits; where the database refuses (a deadlock, a full disk), it waits for the next batch."""
        try:
            self.store.flush(clock.now())
        except psycopg2.Error as error:
            self.spider.logger.warning("a batch could not be written: %s", first_line(error))
            if self.store.database.closed:
                self._stop()

    def _stop(self) -> None:
        if self.stopping is None and self.crawler.engine:
            self.stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="the database is gone"))

    def close_spider(self) -> None:
        """Write what is left, and tell which postings are the same on several boards; a refusal fails the crawl."""
        try:
            self.store.flush(clock.now())
            assign(self.store.database, clock.now())
        except psycopg2.Error as error:
            self.store.count_failure(f"database: {first_line(error)}")
            self.spider.logger.error("what was read could not be written: %s", first_line(error))
