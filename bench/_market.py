"""Pages and postings of the made-up market, in process: what the benches of the crawl are fed with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import cycle, islice

from scrapy import Request
from scrapy.http import TextResponse
from starlette.applications import Starlette

from jobdb.clock import KST
from jobdb.posting import Posting
from jobdb.tracks import courses
from jobspider.keywords import Matcher
from jobspider.normalise import normalise
from jobspider.spiders.saramin import SaraminSpider
from sandbox.boards import saramin
from sandbox.market import Market
from tests.loopback import answer, application

NOW = datetime(2026, 11, 24, 3, tzinfo=KST)


def saramin_pages() -> list[TextResponse]:
    """Return the full list pages (40 cards each) of the walks that courses.toml asks of Saramin."""
    spider, app = SaraminSpider(), application(saramin, Market(7, NOW, size=2_000))
    return [page for walk in spider.walks() for page in _full_pages(spider, app, spider.list_request(walk))]


def _full_pages(spider: SaraminSpider, app: Starlette, request: Request | None) -> Iterator[TextResponse]:
    while request:
        page = answer(app, request)
        request = spider.next_page(page)
        if request:
            yield page


def saramin_postings(count: int) -> list[Posting]:
    """Return postings with their pages' facts, texts and tracks: 200 different ones, numbered anew until `count`."""
    found = list(islice(_wanted(), 200))
    return [replace(posting, board_id=str(number)) for number, posting in zip(range(count), cycle(found), strict=False)]


def _wanted() -> Iterator[Posting]:
    spider, app = SaraminSpider(), application(saramin, Market(7, NOW, size=2_000))
    matcher = Matcher(courses().tracks.values())
    for page in saramin_pages():
        for card in spider.parse_list(page):
            if matcher.wanted(card.title, card.company):
                raw = card.merged(spider.parse_posting(answer(app, spider.card_request(card))))
                posting = normalise(raw.merged(spider.parse_body(answer(app, spider.body_request(raw)))), NOW)
                yield replace(posting, tracks=matcher.match(posting.title, posting.company).tracks)
