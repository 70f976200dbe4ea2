"""The scheduler of a node: requests wait in Redis, and what a node has taken stays its own until it is settled."""

from typing import TYPE_CHECKING, Self

from redis import RedisError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy_redis.dupefilter import RFPDupeFilter
from scrapy_redis.queue import Base
from scrapy_redis.scheduler import Scheduler
from twisted.internet.task import LoopingCall

from jobdb import clock, logs
from jobspider.base import BoardSpider
from jobspider.middlewares import HostGuard
from jobspider.sharing import freezing
from jobspider.sharing.crawl import SharedCrawl
from jobspider.sharing.engine import at_work, close, wake
from jobspider.sharing.joining import join
from jobspider.sharing.memory import SharedMemory, tally_of
from jobspider.sharing.server import connected

if TYPE_CHECKING:
    from redis import Redis

TOKEN = "frontier"  # noqa: S105  the key in a request's meta that names it in Redis
BEATS = 10  # in a lease
WAKING = 0.25  # seconds between two looks into a frontier in which nothing waits


class Fingerprints(RFPDupeFilter):
    """scrapy-redis's, told apart by what a page is asked for: the same page may be read as a posting and re-checked."""

    def request_fingerprint(self, request: Request) -> str:
        """Return the token of a request."""
        name = request.callback.__name__ if request.callback else ""
        return f"{super().request_fingerprint(request)}:{name}"


class LeasedQueue(Base):
    """A queue that remembers who took what: `held` are this node's, by token."""

    def __init__(self, server: "Redis", spider: BoardSpider, crawl: SharedCrawl) -> None:
        super().__init__(server, spider, crawl.key("pending"), serializer=freezing)
        self.crawl = crawl
        self.fingerprints = Fingerprints(server, crawl.key("asked"))
        self.held: dict[str, Request] = {}

    def __len__(self) -> int:
        return self.crawl.waiting()

    def push(self, request: Request) -> bool:
        """Let a request wait; False when the crawl has asked it before. One that this node holds waits again."""
        token = request.meta.get(TOKEN)
        if token in self.held:
            del self.held[token]
            return self.crawl.come_back(token, self._encode_request(request), request.priority)
        token = self.fingerprints.request_fingerprint(request)
        return self.crawl.push(token, self._encode_request(request), request.priority)

    def pop(self, timeout: float = 0) -> Request | None:  # noqa: ARG002  scrapy-redis's argument
        """Take the next request, or None."""
        if (found := self.crawl.pop()) is None:
            return None
        token, text = found
        request: Request = self._decode_request(text)
        request.meta[TOKEN] = token
        self.held[token] = request
        return request


class Frontier(Scheduler):
    """scrapy-redis's scheduler, on a frontier of one crawl.

    Every walk is started by every node, and each request of a crawl waits once, `dont_filter` or not: whatever a node
    has half done, another may do again. A request is settled when everything that came of it is in the database.
    """

    crawler: Crawler
    spider: BoardSpider
    crawl: SharedCrawl
    queue: LeasedQueue

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the frontier. Raises redis.RedisError where Redis does not answer."""
        frontier: Self = super().from_crawler(crawler)
        frontier.crawler = crawler
        frontier.lease = crawler.settings.getfloat("SHARED_LEASE")
        frontier.run_id = logs.run_id() or ""
        return frontier

    @classmethod
    def from_settings(cls, settings) -> Self:
        """Return the frontier, with a connection of its own."""
        return cls(server=connected(settings["REDIS_URL"]))

    lease: float
    run_id: str

    def open(self, spider: BoardSpider) -> None:
        """Join the crawl and show signs of life from now on."""
        self.spider = spider
        self.crawl, self.refusal = join(spider, self.server, self.run_id, self.lease)
        self.queue = LeasedQueue(self.server, spider, self.crawl)
        self.is_over = bool(self.refusal) or self.crawl.verdict() is not None
        spider.store.memory = self.memory = SharedMemory(self.crawl)
        self.calls = [self._every(WAKING, self._wake), self._every(self.lease / BEATS, self.settle)]

    def _every(self, seconds: float, what) -> LoopingCall:
        call = LoopingCall(what)
        call.start(seconds, now=False).addErrback(self._lost)
        return call

    def _lost(self, failure) -> None:
        self.spider.logger.error("the shared frontier is lost: %s", failure.value)
        close(self.crawler, f"frontier lost: {failure.type.__name__}")

    def _wake(self) -> None:
        if self.refusal or (cause := self._board_refuses()):
            close(self.crawler, self.refusal or f"the board refuses this node: {cause}")
        else:
            wake(self.crawler)

    def _board_refuses(self) -> str | None:
        """Return why HostGuard gave a host up: what another node may still ask is left to it, not failed here."""
        guard = self.crawler.get_downloader_middleware(HostGuard)
        return next((host.broken_by for host in guard.hosts.values() if host.broken_by), None) if guard else None

    def enqueue_request(self, request: Request) -> bool:
        """Let a request wait; False when the crawl has asked it before."""
        return not self.is_over and self.queue.push(request)

    def next_request(self) -> Request | None:
        """Take a request that waits."""
        return None if self.is_over or self._board_refuses() else self.queue.pop()

    def has_pending_requests(self) -> bool:
        """Tell whether the crawl goes on: a node without work waits for what another may leave to it."""
        if self.is_over:
            return False
        self.settle()
        return not self.crawl.is_done()

    def settle(self) -> None:
        """Write what this node has read, then be done with the requests that it came from; stay alive."""
        if self.is_over:
            return
        busy = at_work(self.crawler)
        done = [token for token, request in self.queue.held.items() if request not in busy]
        if done:
            self.spider.store.flush(clock.now())
        returned = self.crawl.settle(done, self.lease, self._tally())
        for token in done:
            self.queue.held.pop(token, None)
        if returned:
            self.spider.logger.warning("%d requests of a node that is gone wait again", returned)

    def _tally(self) -> dict:
        assert self.crawler.stats
        return tally_of(self.spider.store, self.crawler.stats.get_value("downloader/request_count", 0))

    def close(self, reason: str) -> None:  # noqa: ARG002  Scrapy's argument
        """Leave the crawl; what is left of it is the other nodes'."""
        for call in self.calls:
            if call.running:
                call.stop()
        if self.is_over:
            return
        try:
            self.settle()
            self.memory.sums_up = self.crawl.leave()
        except RedisError as error:
            self.spider.logger.error("the shared frontier could not be told of this node's end: %s", error)
