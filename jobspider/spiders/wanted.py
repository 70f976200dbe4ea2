"""Wanted (원티드): postings by the way that WANTED_SOURCE names, each read from its page or its JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from jobdb.errors import SettingError
from jobdb.posting import PostingState
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.wanted.page import PAGE, read_posting, state_of
from jobspider.wanted.sources import SOURCES, Source

DEFAULT = "sitemap"


class WantedSpider(BoardSpider):
    """`-a detail_limit=1000`: the most postings that one crawl opens; the rest are new again to the next one.

    At one request a second, 1000 take 17 minutes.
    """

    name = "wanted"

    def __init__(self, detail_limit: str = "1000", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source: Source = SOURCES[DEFAULT]
        self.detail_limit = int(detail_limit)
        self.opened = self.left = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with the source that the operator chose."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.source = SOURCES[chosen(crawler.settings)]
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Give a source what it needs, for this spider alone: choosing `api` is the decision to pass robots.txt."""
        super().update_settings(settings)
        match chosen(settings):
            case "api":
                settings.set("ROBOTSTXT_OBEY", False, priority="spider")
            case "browser":
                from jobspider.browser import use_browser  # loads Playwright, which no other source needs

                use_browser(settings)

    def walks(self) -> Sequence[dict[str, str]]:
        """Return the source's lists."""
        return self.source.walks(super().walks())

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a list."""
        return self.source.list_request(walk)

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards of any source's list."""
        return _source_of(response).cards(response)

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page."""
        return _source_of(response).next_page(response)

    def on_list(self, response: TextResponse, page: int, seen: set[str]) -> Iterator[RawPosting | Request]:
        """Take up a list's cards, once what goes before them is read, and open as many as the limit allows."""
        try:
            first = self.source.before_cards(response)
        except UnreadablePage:
            first = None  # parse_list meets the same page, and counts it
        if first:
            yield self._listing(first, page, seen)
            return
        yield from filter(self._is_within_limit, super().on_list(response, page, seen))

    def closed(self, reason: str) -> None:  # noqa: ARG002  Scrapy's name and argument
        """Say how many new postings the limit left for the next crawls."""
        if self.left:
            self.logger.warning("detail_limit=%d left %d new postings to the next crawls", self.detail_limit, self.left)

    def card_request(self, card: RawPosting) -> Request:
        """Return the request for a card's words, by the source."""
        return self.source.card_request(card.board_id)

    @classmethod
    def posting_request(cls, board_id: str, url: str) -> Request:  # noqa: ARG003  the id is the address
        """Return the request for the posting's page, which every robot may read, whatever the source."""
        return Request(PAGE + board_id)

    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting's page or object."""
        return read_posting(response, _id_of(response))

    @staticmethod
    def posting_state(response: Response) -> PostingState:
        """OPEN or CLOSED by the posting's own `status`."""
        return state_of(response, _id_of(response))

    def _is_within_limit(self, result: RawPosting | Request) -> bool:
        if isinstance(result, RawPosting) or "card" not in result.cb_kwargs:
            return True
        within = self.opened < self.detail_limit
        self.opened += within
        self.left += not within
        return within


def chosen(settings: BaseSettings) -> str:
    """Return the source that WANTED_SOURCE names. Raises SettingError."""
    name = settings.get("WANTED_SOURCE") or DEFAULT
    if name not in SOURCES:
        raise SettingError(f"WANTED_SOURCE={name!r} is no way to Wanted's postings; use one of {', '.join(SOURCES)}")
    return name


def _source_of(response: Response) -> Source:
    path = urlsplit(response.url).path
    return next((source for source in SOURCES.values() if path.startswith(source.path)), SOURCES[DEFAULT])


def _id_of(response: Response) -> str:
    """Return the posting's number in /wd/<id>, /api/v4/jobs/<id> or /api/chaos/jobs/v4/<id>/details."""
    return next((part for part in urlsplit(response.url).path.split("/") if part.isdecimal()), "")
