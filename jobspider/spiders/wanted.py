"""Wanted (원티드): postings by the way that WANTED_SOURCE names, each read from its page or its JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from jobdb.posting import PostingState
from jobspider.arguments import number
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.chromium import BrowserFailed
from jobspider.items import RawPosting
from jobspider.keyed import use_key
from jobspider.wanted.listpage import ALL_SCROLLS, SCROLLS, ListPage
from jobspider.wanted.openapi import client_of
from jobspider.wanted.page import PAGE, copy, read_posting, state_of
from jobspider.wanted.source import Source
from jobspider.wanted.sources import SOURCES, chosen, source_of


class WantedSpider(BoardSpider):
    """`-a detail_limit=1000`: the most postings that one crawl opens; the rest are new again to the next one.

    At one request a second, 1000 take 17 minutes.
    """

    name = "wanted"
    arguments = ("full", "detail_limit")

    def __init__(self, detail_limit: str = "1000", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source: Source = SOURCES["sitemap"]
        self.detail_limit = number("detail_limit", detail_limit)
        self.left = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with the source that the operator chose, or the best that works here."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        name = chosen(crawler.settings)
        if name == "sitemap" and not crawler.settings.get("WANTED_SOURCE"):
            spider.logger.info("no Chromium here: the sitemap is read, which names postings without their titles")
        spider._read_by(name)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Give a source what it needs, for this spider alone: choosing `api` is the decision to pass robots.txt.

        Raises SettingError for a source that there is not, or that lacks what it needs.
        """
        super().update_settings(settings)
        match chosen(settings):
            case "api":
                settings.set("ROBOTSTXT_OBEY", False, priority="spider")
            case "openapi":
                use_key(settings, client_of(settings))
            case "browser":
                from jobspider.browser import use_browser  # loads Playwright, which no other source needs

                use_browser(settings)

    def _read_by(self, name: str) -> None:
        self.source, self.store.source = SOURCES[name], name
        if name == "browser":
            pause = self.crawler.settings.getfloat("DOWNLOAD_DELAY")  # a scroll is a request to the board
            self.source = ListPage(ALL_SCROLLS if self.full else SCROLLS, pause)
        elif name == "sitemap":  # it prints no words that could have changed: whatever any crawl has seen is known
            known = ((board_id, copy({"id": board_id})) for board_id in self.store.known)
            self.store.known = {board_id: card.card_hash(self.store.seen_on) for board_id, card in known}

    def walks(self) -> Sequence[dict[str, str]]:
        """Return the source's lists."""
        return self.source.walks(super().walks())

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a list."""
        return self.source.list_request(walk)

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards of any source's list."""
        return source_of(response).cards(response)

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page."""
        return source_of(response).next_page(response)

    def on_list(self, response: TextResponse, page: int, seen: set[str]) -> Iterator[RawPosting | Request]:
        """Take up a list's cards, once what goes before them is read, and open as many as the limit allows."""
        if self.store.source == "browser" and response.url.startswith(SOURCES["sitemap"].begins):
            self._read_by("sitemap")  # another node's browser has failed
        try:
            first = source_of(response).before_cards(response)
        except UnreadablePage:
            first = None  # parse_list meets the same page, and counts it
        if first:
            yield self._listing(first, page, seen)
            return
        yield from filter(self._is_within_limit, super().on_list(response, page, seen))

    def on_list_failure(self, failure: Failure) -> None:
        """Note a list that did not come; where the browser is the cause, read the sitemap instead."""
        if not failure.check(BrowserFailed):
            super().on_list_failure(failure)
            return
        self.store.count_failure(f"browser: {failure.value}")
        if self.store.source == "browser":  # its first list that failed
            self.logger.warning("the browser failed: %s; the sitemap is read instead", failure.value)
            self._read_by("sitemap")
            self._walk_again()

    def _walk_again(self) -> None:
        assert self.crawler.engine
        for walk in self.walks():
            self.crawler.engine.crawl(self._listing(self.list_request(walk), 1, set()))

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
        within = self.store.memory.turn() <= self.detail_limit
        self.left += not within
        return within


def _id_of(response: Response) -> str:
    """Return the posting's number in /wd/<id>, /v1/jobs/<id>, /api/v4/jobs/<id> or /api/chaos/jobs/v4/<id>/details."""
    return next((part for part in urlsplit(response.url).path.split("/") if part.isdecimal()), "")
