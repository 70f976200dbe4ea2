"""Measure how many requests a new posting costs, on the sandbox's boards over 14 simulated days.

Run it with `python -m bench.requests` at the root of the repository. Each day the boards move on by a day and are
crawled once, by Scrapy's own runner with the product's settings into a scratch database; on the last day they are
crawled once more, when nothing is new. The boards count what arrives, robots.txt included.

The minimum is told by the market, not by the crawl: robots.txt once a crawl; of each list that is walked the pages with
a posting that no earlier day's list showed, and at least one; the details of new postings that a track wants. Details
are two pages on Saramin and Incruit, which keep a posting's text on a page of its own. Wanted's list is its sitemap,
an index and three files without titles, so every new posting has to be opened.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor
from starlette.applications import Starlette

from bench._boards import Counted, served
from bench._scratch import scratch
from jobdb.clock import KST
from jobdb.tracks import courses
from jobspider.keywords import Matcher
from jobspider.pages import BoardPages
from jobspider.rechecks import pages_of
from sandbox.market import Market
from sandbox.server import BOARDS, application
from tests.loopback import answer

FIRST_DAY = datetime(2026, 11, 9, 3, tzinfo=KST)
DAYS = 14
SIZE = 600
SEED = 7
GOAL = 1.15
TEXT_APART = {"saramin", "incruit"}
SITEMAP_FILES = 4


class Minimum:
    """What crawls that know everything beforehand would ask for."""

    def __init__(self) -> None:
        self.matcher = Matcher(courses().tracks.values())
        self.listed: dict[str, set[str]] = {board: set() for board in BOARDS}

    def of_day(self, board: str, market: Market) -> tuple[int, int]:
        """Return the fewest requests of a day's crawl, and how many new postings it opens; days come in order."""
        lists = [[set(market_ids(market))]] if board == "wanted" else [list(pages) for pages in walks(board, market)]
        known, shown = self.listed[board], {number for pages in lists for page in pages for number in page}
        asked = SITEMAP_FILES if board == "wanted" else 0
        asked += sum(max(1, sum(bool(page - known) for page in pages)) for pages in lists if board != "wanted")
        titles = {job.board_id: job for job in market.listed(board)}
        new = [titles[number] for number in shown - known]
        opened = sum(board == "wanted" or self.matcher.wanted(job.title, job.company) for job in new)
        self.listed[board] = known | shown
        return 1 + asked + opened * (2 if board in TEXT_APART else 1), opened


def market_ids(market: Market) -> Iterator[str]:
    """Yield the numbers of the postings in Wanted's sitemap."""
    return (job.board_id for job in market.listed("wanted"))


def walks(board: str, market: Market) -> Iterator[Iterator[set[str]]]:
    """Yield the pages of each list that a daily crawl walks, as the sets of the numbers on them."""
    spider, app = pages_of(board)(), Starlette(routes=application(market).routes)
    for walk in spider.walks():
        yield pages_of_walk(spider, app, walk)


def pages_of_walk(spider: BoardPages, app: Starlette, walk: dict[str, str]) -> Iterator[set[str]]:
    """Yield the numbers on each page of a list."""
    request = spider.list_request(walk)
    while request:
        response = answer(app, request)
        yield {card.board_id for card in spider.parse_list(response)}
        request = spider.next_page(response)


def at(day: int) -> Market:
    """Return the market of a day, and fix the product's clock to it."""
    now = FIRST_DAY + timedelta(days=day)
    os.environ["JOB_CLOCK"] = now.isoformat()
    return Market(SEED, now, SIZE)


async def crawl(boards: Counted) -> dict[str, int]:
    """Crawl every board once; return the requests that arrived, by board."""
    boards.requests.clear()
    runner = AsyncCrawlerRunner(get_project_settings())
    await asyncio.gather(*(runner.crawl(board) for board in BOARDS))
    return dict(boards.requests)


async def days(boards: Counted, asked: list[dict[str, int]]) -> None:
    """Crawl day after day, and the last day once more."""
    for day in range(DAYS):
        boards.open(at(day))
        asked.append(await crawl(boards))
    asked.append(await crawl(boards))


def measure() -> list[dict[str, int]]:
    """Return the requests of each crawl, by board."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet.task import react

    boards, asked = Counted(), []
    with served(boards) as address, tempfile.TemporaryDirectory() as kept, scratch("requests"):
        os.environ |= {"JOBSPIDER_SANDBOX": address, "JOBSPIDER_LOG_LEVEL": "ERROR", "JOBSPIDER_KEPT_PAGES": kept}
        os.environ["WANTED_SOURCE"] = "sitemap"  # also where there is a browser
        try:
            react(lambda _: deferred_f_from_coro_f(days)(boards, asked))
        except SystemExit as end:
            if end.code:
                raise
    return asked


def main() -> None:
    """Print requests and minimum by board: over all days, without the first one, and when nothing is new."""
    asked, minimum = measure(), Minimum()
    least = [{board: minimum.of_day(board, at(day)) for board in BOARDS} for day in range(DAYS)]
    least.append({board: minimum.of_day(board, at(DAYS - 1)) for board in BOARDS})
    print(f"requests per new posting, {DAYS} days of about {SIZE} made-up postings (goal {GOAL} x the minimum)")
    table("all days", asked[:DAYS], least[:DAYS])
    table("without the first day", asked[1:DAYS], least[1:DAYS])
    table("the last day crawled again: nothing is new", asked[DAYS:], least[DAYS:])


def table(heading: str, asked: list[dict[str, int]], least: list[dict[str, tuple[int, int]]]) -> None:
    """Print a line for each board and one for all."""
    print(f"  {heading}")
    sums = {
        board: (
            sum(day[board] for day in asked),
            sum(day[board][0] for day in least),
            sum(day[board][1] for day in least),
        )
        for board in BOARDS
    }
    sums["all"] = tuple(map(sum, zip(*sums.values(), strict=True)))
    for board, (requests, fewest, opened) in sums.items():
        each = f"{requests / opened:5.2f} each" if opened else "          "
        counts = f"{requests:>6} requests  {opened:>5} new  {each}  minimum {fewest:>6}"
        print(f"    {board:<8} {counts}  {requests / fewest:.2f} x")


if __name__ == "__main__":
    main()
