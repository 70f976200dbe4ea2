"""What all boards share: walk the lists newest first, stop when all is known, open what is new and wanted."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.boards import BOARDS, Board
from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider.items import RawPosting
from jobspider.keywords import Matcher
from jobspider.store import CrawlStore

GONE = (404, 410)


class UnreadablePage(Exception):
    """A page that is neither what was asked for nor the board's own "nothing found": blocked, cut or changed."""


class BoardSpider(Spider):
    """A crawl of one board; a board's spider says where its lists and pages are and copies their words.

    `-a full=1` walks every list to its end instead of stopping where all is known.
    """

    delay = 1.0  # seconds between two requests to a host
    page_limit = 50  # pages of one walk
    store: CrawlStore
    matcher: Matcher
    started_at: datetime

    def __init__(self, full: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.board: Board = BOARDS[self.name]
        self.full = full not in ("", "0")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with its way to the database and the tracks' keywords."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.started_at = clock.now()
        spider.matcher = Matcher(courses().tracks.values())
        spider.store = CrawlStore.open(spider.name)
        spider.full = spider.full or not spider.store.last_crawl_was_whole()
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set the board's own delay, which holds on live boards alone: the sandbox needs no politeness."""
        super().update_settings(settings)
        if not settings.get("JOBSPIDER_SANDBOX"):
            settings.set("DOWNLOAD_DELAY", cls.delay, priority="spider")

    # What a board says of itself ------------------------------------------------------------------

    def walks(self) -> Sequence[dict[str, str]]:
        """Return the lists to walk: those of courses.toml, unless the board's list knows no categories."""
        return courses().walks[self.name]

    @abstractmethod
    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a walk (an entry of [walks] in courses.toml), newest first."""

    @abstractmethod
    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the list's cards in their order; [] only where the board itself says that nothing was found.

        Raises UnreadablePage.
        """

    @abstractmethod
    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page, or None at the end."""

    @classmethod
    @abstractmethod
    def posting_request(cls, board_id: str, url: str) -> Request:
        """Return the request for the page that tells a posting's facts and state."""

    def card_request(self, card: RawPosting) -> Request:
        """Return the request that a crawl opens a card with, where that is not the page a re-check asks for."""
        return self.posting_request(card.board_id, card.url)

    @abstractmethod
    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting's page. Raises UnreadablePage."""

    @staticmethod
    @abstractmethod
    def posting_state(response: Response) -> PostingState:
        """Tell whether the posting is open by its page; UNKNOWN unless the board's own words prove it."""

    def body_request(self, raw: RawPosting) -> Request | None:  # noqa: ARG002
        """Return the request for the posting's text where the board keeps it on a page of its own."""
        return None

    def parse_body(self, response: TextResponse) -> RawPosting:
        """Return a RawPosting of the text and the number of images alone."""
        raise NotImplementedError(f"{self.name} asks for a body page and does not read it")

    # The walk -------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Start every walk of the board."""
        for walk in self.walks():
            yield self._listing(self.list_request(walk), 1, set())

    def _listing(self, request: Request, page: int, seen: set[str]) -> Request:
        return request.replace(
            callback=self.on_list,
            errback=self.on_list_failure,
            cb_kwargs={"page": page, "seen": seen},
            dont_filter=True,
        )

    def on_list(self, response: TextResponse, page: int, seen: set[str]) -> Iterator[RawPosting | Request]:
        """Take up a list page's cards, and go on while the pages bring something new.

        `seen` are the ids that the walk's earlier pages showed: some boards repeat their last page for ever.
        """
        try:
            cards = self.parse_list(response)
        except UnreadablePage as error:
            self.store.count_failure(f"list: {error}")
            self.logger.error("%s could not be read: %s", response.url, error)
            return
        news = [card for card in cards if not self.store.meet(card)]
        for card in news:
            yield self._open(card) if self._is_worth_opening(card) else card
        fresh = [card for card in cards if card.board_id not in seen]
        if page < self.page_limit and any(self.full or not self.store.knows(card) for card in fresh):
            yield from self._follow(response, page, seen | {card.board_id for card in fresh})

    def _follow(self, response: TextResponse, page: int, seen: set[str]) -> Iterator[Request]:
        if more := self.next_page(response):
            yield self._listing(more, page + 1, seen)

    def _is_worth_opening(self, card: RawPosting) -> bool:
        return not card.title or self.matcher.wanted(card.title, card.company)  # a sitemap prints no titles

    def _open(self, card: RawPosting) -> Request:
        return self.card_request(card).replace(
            callback=self.on_posting, errback=self.on_posting_failure, cb_kwargs={"card": card}, dont_filter=True
        )

    def on_posting(self, response: TextResponse, card: RawPosting) -> Iterator[RawPosting | Request]:
        """Lay the page's words over the card's, and fetch the text where it has a page of its own."""
        if response.status in GONE or self.posting_state(response) is PostingState.CLOSED:
            self.store.drop(card.board_id, "closed")
            return
        try:
            raw = card.merged(self.parse_posting(response))
        except UnreadablePage as error:
            self.store.count_failure(f"posting: {error}")
            self.logger.warning("%s could not be read: %s", response.url, error)
            return
        request = self.body_request(raw)
        yield (
            raw
            if request is None
            else request.replace(
                callback=self.on_body, errback=self.on_body_failure, cb_kwargs={"raw": raw}, dont_filter=True
            )
        )

    def on_body(self, response: TextResponse, raw: RawPosting) -> Iterator[RawPosting]:
        """Add the posting's text."""
        yield raw.merged(self.parse_body(response))

    def on_list_failure(self, failure: Failure) -> None:
        """Count a list that did not come."""
        self.store.count_failure(f"list: {cause(failure)}")

    def on_posting_failure(self, failure: Failure) -> None:
        """Count a posting that did not come; it stays new for the next crawl. One that is gone is settled."""
        response = getattr(failure.value, "response", None)
        if response is not None and response.status in GONE:
            self.store.drop(failure.request.cb_kwargs["card"].board_id, "closed")
        else:
            self.store.count_failure(f"posting: {cause(failure)}")

    def on_body_failure(self, failure: Failure) -> Iterator[RawPosting]:
        """Keep the posting without its text: its facts are what a mail needs."""
        self.store.count_failure(f"body: {cause(failure)}")
        yield failure.request.cb_kwargs["raw"]


def cause(failure: Failure) -> str:
    """Name what went wrong with a request in a word or two that can be counted: "http 403", "TimeoutError"."""
    response = getattr(failure.value, "response", None)
    return f"http {response.status}" if response is not None else type(failure.value).__name__
