"""Measure what a page costs that a browser renders, beside the same page by plain HTTP.

Run it with `python -m bench.rendering` at the root of the repository. Wanted's list page comes from the made-up board
on loopback, one page at a time, without scrolling: by plain HTTP it is an empty frame, rendered it holds the first
postings. What is counted is the time a page takes from request to answer, by Scrapy's own stamps; the browser's start
is told apart. Without Chromium it says so and measures nothing.
"""

import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from statistics import median
from typing import ClassVar

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

from bench._boards import Counted, served
from jobdb.chromium import chromium
from jobdb.clock import KST
from sandbox.market import Market

PAGES = 12
LIST = "https://www.wanted.co.kr/wdlist/518?country=kr&job_sort=job.latest_order&years=-1&locations=all"
CARDS = "ul[data-cy=job-list] a[data-position-id]"


class Plain(Spider):
    """Asks for the list page again and again, one at a time."""

    name = "plain"
    custom_settings: ClassVar = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}, "ROBOTSTXT_OBEY": False}
    seconds: ClassVar[list[float]] = []
    cards: ClassVar[list[int]] = []

    def page(self) -> Request:
        """Return the request for the page."""
        return Request(LIST, dont_filter=True)

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first page."""
        self.began = time.perf_counter()
        yield self.page()

    def parse(self, response: Response) -> Iterator[Request]:
        """Note a page, and ask for the next."""
        self.seconds.append(time.perf_counter() - self.began)
        self.cards.append(len(response.css(CARDS)))
        self.began = time.perf_counter()
        if len(self.seconds) < PAGES:
            yield self.page()


class Rendered(Plain):
    """The same by Chromium."""

    name = "rendered"
    seconds: ClassVar[list[float]] = []
    cards: ClassVar[list[int]] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Take the product's way to Chromium."""
        from jobspider.browser import use_browser

        super().update_settings(settings)
        use_browser(settings)

    def page(self) -> Request:
        """Return the request for the page, rendered."""
        from jobspider.browser import rendered

        return rendered(LIST, CARDS, scrolls=0, pause=0).replace(dont_filter=True)


async def both() -> None:
    """Run one spider after the other."""
    for spider in (Plain, Rendered):
        await AsyncCrawlerRunner(get_project_settings()).crawl(spider)


def main() -> None:
    """Print milliseconds a page of both, and the ratio."""
    if chromium() is None:
        print("rendering: no Chromium (apt-get install chromium, or CHROMIUM_PATH); nothing measured")
        return
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet.task import react

    boards = Counted()
    boards.open(Market(7, datetime(2026, 11, 24, 3, tzinfo=KST)))
    with served(boards) as address, tempfile.TemporaryDirectory() as kept:
        os.environ |= {"JOBSPIDER_SANDBOX": address, "JOBSPIDER_LOG_LEVEL": "ERROR", "JOBSPIDER_KEPT_PAGES": kept}
        try:
            react(lambda _: deferred_f_from_coro_f(both)())
        except SystemExit as end:
            if end.code:
                raise
    plain, rendered = (median(spider.seconds[1:]) * 1000 for spider in (Plain, Rendered))
    print(f"rendering Wanted's list page, {PAGES} times one after the other: ms a page (median)")
    print(f"  plain HTTP   {plain:8.1f}   {Plain.cards[-1]:>3} cards")
    print(f"  Chromium     {rendered:8.1f}   {Rendered.cards[-1]:>3} cards   1 : {rendered / plain:.0f}")
    print(f"  first page, with Chromium's start: {Rendered.seconds[0] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
