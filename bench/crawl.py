"""Measure what a list page costs: the whole crawl of it, against bare Scrapy selecting the same fields and no more.

Run it with `python -m bench.crawl` at the root of the repository. Both read the same pages of 40 Saramin cards in one
process, taking turns; what is counted is this process's CPU time, from the bytes of the page on, without network and
engine.

ours: `parse_list` (the cards' words), which of them are new, then all pipelines for every card, wanted or not, as if
its details had come: meaning, duplicates, tracks, and storing in batches. The goal is about this.
walk: the same by way of `on_list`, which besides makes the requests for the wanted cards' details and the next page.
bare: the cards' same 8 fields by `response.css(…)`, each card a dict; no pipelines.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse

from bench._market import NOW, saramin_pages
from bench._scratch import scratch
from jobdb.tracks import courses
from jobspider import pipelines
from jobspider.items import RawPosting
from jobspider.keywords import Matcher
from jobspider.spiders.saramin import SaraminSpider
from jobspider.store import CrawlStore

ROUNDS = 20  # the best one counts
GOAL = 1.0
VERBS = (pipelines.NormalisePosting, pipelines.DropDuplicates, pipelines.MatchTracks, pipelines.StorePosting)


def bare(pages: Iterable[HtmlResponse]) -> int:
    """Select the fields of every card; return how many cards there were."""
    return sum(1 for page in pages for _ in select(page))


def select(page: HtmlResponse) -> Iterator[dict[str, Any]]:
    """Yield 8 fields of each card, as a spider of a few lines would."""
    for card in page.css("div.item_recruit[value]"):
        yield {
            "board_id": card.css("::attr(value)").get(),
            "title": card.css("h2.job_tit a::attr(title)").get(),
            "company": card.css("div.area_corp .corp_name ::text").get(),
            "conditions": card.css("div.job_condition > span ::text").getall(),
            "deadline": card.css("div.job_date span.date::text").get(),
            "posted": card.css("span.job_day::text").get(),
            "skills": card.css("div.job_sector a[href*='cat_kewd=']::text").getall(),
            "industries": card.css("div.job_sector a[href*='ind_key=']::text").getall(),
        }


def ours(pages: Iterable[HtmlResponse], crawl: "Crawl") -> int:
    """Read every page and send its new cards through the pipelines; return how many were dropped or stored."""
    for page in pages:
        for card in crawl.spider.parse_list(page):
            if not crawl.store.meet(card):
                crawl.process(card)
    return crawl.end()


def walk(pages: Iterable[HtmlResponse], crawl: "Crawl") -> int:
    """Crawl every page, requests and all; return how many cards were dropped or stored."""
    for page in pages:
        for found in crawl.spider.on_list(page, 1, set()):
            card = found if isinstance(found, RawPosting) else found.cb_kwargs.get("card")
            if card:  # the request for the next page has none
                crawl.process(card)
    return crawl.end()


class Crawl:
    """Saramin's spider and the pipelines behind it, over a database that knows no card."""

    def __init__(self) -> None:
        self.spider = SaraminSpider()
        self.spider.started_at, self.spider.matcher = NOW, Matcher(courses().tracks.values())
        self.spider.store = self.store = CrawlStore.open(self.spider.name)
        with self.store.database, self.store.database.cursor() as on:
            on.execute("TRUNCATE posting, sighting CASCADE")
        self.store.known, self.store.seen_on = {}, NOW.date()
        self.verbs = [verb(SimpleNamespace(spider=self.spider)) for verb in VERBS]

    def process(self, item: Any) -> None:
        """Send a card through the pipelines."""
        with contextlib.suppress(DropItem):
            for verb in self.verbs:
                item = verb.process_item(item)

    def end(self) -> int:
        """Write what is left; return how many cards were dropped or stored."""
        self.store.flush(NOW)
        self.store.database.close()
        return sum(self.store.dropped.values()) + self.store.stored


def fresh(saved: list[HtmlResponse]) -> Iterator[HtmlResponse]:
    """Yield the pages as they came, one at a time, as a crawl holds them: unparsed."""
    return (page.replace() for page in saved)


def timed(way: Callable[..., int], *arguments: Any) -> float:
    """Return the CPU seconds that a way takes for its pages."""
    start = time.process_time()
    assert way(*arguments) > 0
    return time.process_time() - start


def main() -> None:
    """Print milliseconds of CPU a page of each way, and the ratio."""
    saved = saramin_pages()
    seconds: dict[str, list[float]] = {"bare": [], "ours": [], "walk": []}
    with scratch("crawl"):
        for _ in range(ROUNDS):
            crawl = Crawl()
            seconds["ours"].append(timed(ours, fresh(saved), crawl))
            seconds["walk"].append(timed(walk, fresh(saved), Crawl()))
            seconds["bare"].append(timed(bare, fresh(saved)))
    size = sum(len(page.body) for page in saved) // len(saved) // 1000
    best = {way: min(times) / len(saved) * 1000 for way, times in seconds.items()}
    print(f"crawling {len(saved)} list pages of 40 Saramin cards, {size} KB each: ms of CPU a page")
    print(f"  bare Scrapy, parsel CSS       {best['bare']:6.1f}")
    print(f"  parse and all pipelines       {best['ours']:6.1f}   {best['ours'] / best['bare']:.2f} x (goal {GOAL})")
    print(f"  … and the requests for details{best['walk']:6.1f}   {best['walk'] / best['bare']:.2f} x")
    print(f"  {crawl.store.stored} of the cards stored, {sum(crawl.store.dropped.values())} dropped")


if __name__ == "__main__":
    main()
