"""Politeness of several nodes: a host is asked as often as one node alone would ask it."""

import asyncio
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from jobspider.middlewares import retry_after
from jobspider.sharing import scripts
from jobspider.sharing.server import connected


class SharedPace:
    """Downloader middleware: each request waits for its host's next turn, which all nodes draw from Redis.

    Turns are as far apart as this node's own delay (DOWNLOAD_DELAY, or what AutoThrottle has made of it). A host that
    asks to be left alone is left alone by all.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.server = connected(crawler.settings["REDIS_URL"])
        self._turn = self.server.register_script(scripts.TURN)
        self._rest = self.server.register_script(scripts.REST)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        return cls(crawler)

    def draw(self, host: str, delay: float) -> float:
        """Return the seconds until a host's next turn, which is taken with it."""
        return float(cast(Any, self._turn(keys=[key_of(host)], args=[delay])))

    def rest(self, host: str, seconds: float) -> None:
        """Let no node ask a host for some seconds."""
        self._rest(keys=[key_of(host)], args=[seconds])

    async def process_request(self, request: Request) -> None:
        """Hold the request until its turn; where there is no delay there are no turns."""
        if delay := self._delay(request):
            await asyncio.sleep(self.draw(urlsplit(request.url).netloc, delay))

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass the answer on, and its Retry-After to the other nodes; HostGuard knows which is too long to wait for."""
        longest = self.crawler.settings.getfloat("TROUBLE_LONGEST_WAIT")
        if response.status in (429, 503) and (wait := retry_after(response)) and wait <= longest:
            self.rest(urlsplit(request.url).netloc, wait)
        return response

    def _delay(self, request: Request) -> float:
        assert self.crawler.engine
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        return slot.delay if slot else self.crawler.settings.getfloat("DOWNLOAD_DELAY")


def key_of(host: str) -> str:
    """Return the key under which a host's next turn stands."""
    return f"jobspider:pace:{host}"
