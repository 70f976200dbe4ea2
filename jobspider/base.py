"""What all boards share: walk the lists newest first, stop when all is known, open what is new and wanted."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.boards import BOARDS, Board
from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider import addresses, sharing
from jobspider.arguments import refuse_others, switch
from jobspider.calls import LimitReached
from jobspider.items import RawPosting
from jobspider.keptpages import KeptPages
from jobspider.keywords import Match, Matcher
from jobspider.pages import BoardPages, UnreadablePage
from jobspider.rechecks import GONE, Rechecks, asked, cause
from jobspider.rematch import rematch, rules_changed
from jobspider.store import CrawlStore

__all__ = ["BoardSpider", "UnreadablePage"]

TITLES_REMEMBERED = 2_000  # several pages wait for their details at a time


class BoardSpider(Rechecks, BoardPages):
    """A crawl of one board, over the pages that the board's spider describes.

    `-a full=1` walks every list to its end instead of stopping where all is known, and opens again the stored postings
    that no list shows any more.
    """

    store: CrawlStore
    matcher: Matcher
    kept_pages: KeptPages
    started_at: datetime
    unlisted_asked = False
    arguments: tuple[str, ...] = ("full",)  # what -a takes

    def __init__(self, full: str = "", **kwargs: Any) -> None:
        refuse_others(kwargs, self.arguments)
        super().__init__(**kwargs)
        self.board: Board = BOARDS[self.name]
        self.full = switch("full", full)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with its way to the database and the tracks' keywords."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.matcher = Matcher(courses().tracks.values())
        spider.kept_pages = KeptPages(Path(crawler.settings["KEPT_PAGES"]) / spider.name)
        spider.store = CrawlStore.open(spider.name)
        spider.begin_at(clock.now())
        spider.store.rules = spider.matcher.fingerprint
        if not crawler.settings.get("REDIS_URL"):
            spider.take_stock()
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        return spider

    def begin_at(self, instant: datetime) -> None:
        """Take an instant for the crawl's beginning: relative words on cards mean its day."""
        self.started_at, self.store.seen_on = instant, instant.date()

    def take_stock(self) -> set[str]:
        """Decide how deep to go by what earlier crawls left; return the ids that edited keywords make new again."""
        self.store.deep = self.full or not self.store.known or not self.store.last_crawl_was_whole()
        if not rules_changed(self.store.database, self.name, self.matcher):
            return set()
        self.logger.info("the keywords were edited: what was seen before is judged anew, and all lists are walked")
        forgotten = rematch(self.store.database, self.name, self.matcher)
        self.store.forget(forgotten)
        self.store.deep = True
        return forgotten

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set the board's own delay, which holds on live boards alone: the sandbox needs no politeness.

        With REDIS_URL the crawl is shared with other nodes. Raises SettingError where that cannot be.
        """
        super().update_settings(settings)
        if not settings.get("JOBSPIDER_SANDBOX"):
            settings.set("DOWNLOAD_DELAY", cls.delay, priority="spider")
        if settings.get("REDIS_URL"):
            sharing.switch_on(settings)

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

        Newest come first: a page whose second half is known has nothing new behind it. `seen` are the ids that the
        walk's earlier pages showed: some boards repeat their last page for ever.
        """
        try:
            cards = self.parse_list(response)
        except UnreadablePage as error:
            self.note("list", str(error), response)
            return
        self.store.look_up(response.url, cards)
        news = [card for card in cards if not self.store.meet(card)]
        for card in news:
            yield from self._take_up(card)
        fresh = [card for card in cards if card.board_id not in seen]
        goes_on = bool(fresh) if self.store.deep else not all(map(self.store.knows, fresh[len(fresh) // 2 :]))
        if goes_on and page < self.page_limit:
            yield from self._follow(response, page, seen | {card.board_id for card in fresh})

    def _take_up(self, card: RawPosting) -> Iterator[RawPosting | Request]:
        if self.card_state(card) is PostingState.CLOSED:
            self.store.drop(card.board_id, "closed")
        elif self.is_whole(card) or not self._is_worth_opening(card):
            yield card
        else:
            yield self._open(card)

    def _follow(self, response: TextResponse, page: int, seen: set[str]) -> Iterator[Request]:
        if more := self.next_page(response):
            yield self._listing(more, page + 1, seen)

    @cached_property
    def match(self) -> Callable[[str, str], Match]:
        """Return the matcher, which remembers titles: a card is matched before its page is opened, and after."""
        return lru_cache(TITLES_REMEMBERED)(self.matcher.match)

    def _is_worth_opening(self, card: RawPosting) -> bool:
        return not card.title or bool(self.match(card.title, card.company).tracks)  # a sitemap prints no titles

    def _open(self, card: RawPosting) -> Request:
        request = self.card_request(card)
        request.callback = self.on_posting  # type: ignore[assignment]  # the pages of postings are texts
        request.errback, request.dont_filter = self.on_posting_failure, True
        request.cb_kwargs["card"] = card
        return request

    def on_posting(self, response: TextResponse, card: RawPosting) -> Iterator[RawPosting | Request]:
        """Lay the page's words over the card's, and fetch the text where it has a page of its own."""
        if response.status in GONE or self.posting_state(response) is PostingState.CLOSED:
            self.store.drop(card.board_id, "closed")
            return
        try:
            raw = card.merged(self.parse_posting(response))
        except UnreadablePage as error:
            self.note("posting", str(error), response)
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
        """Add the posting's text; without it where the page cannot be read."""
        try:
            raw = raw.merged(self.parse_body(response))
        except UnreadablePage as error:
            self.note("body", str(error), response)
        yield raw

    def on_list_failure(self, failure: Failure) -> None:
        """Note a list that did not come, or was not asked for as an API's calls of the day are spent."""
        if failure.check(LimitReached):
            self.store.count_failure(f"limit: {failure.value}")
            self.logger.warning("%s; the lists are not read further", failure.value)
        else:
            self.note("list", *cause(failure))

    def on_posting_failure(self, failure: Failure) -> None:
        """Note a posting that did not come; it stays new for the next crawl. One that is gone is settled."""
        name, response = cause(failure)
        if response is not None and response.status in GONE:
            self.store.drop(asked(failure)["card"].board_id, "closed")
        else:
            self.note("posting", name, response)

    def on_body_failure(self, failure: Failure) -> Iterator[RawPosting]:
        """Keep the posting without its text: its facts are what a mail needs."""
        self.note("body", *cause(failure))
        yield asked(failure)["raw"]

    def on_idle(self) -> None:
        """At the end of a full crawl, ask once for the stored postings that no list has shown.

        A crawl that could not read a page knows too little to ask.
        """
        if not self.full or self.unlisted_asked or self.store.failures:
            return
        self.unlisted_asked = True
        if not self.store.memory.may_ask_for_the_unlisted():
            return
        self.store.flush(clock.now())
        self.logger.info("%d postings are on no list any more", self.store.mark_unlisted(self.started_at))
        assert self.crawler.engine
        for request in self.rechecks(addresses.unlisted(self.store.database, self.name)):
            self.crawler.engine.crawl(request)
        raise DontCloseSpider

    def note(self, page: str, name: str, response: Response | None) -> None:
        """Count what went wrong with a list, posting or body, and keep the page for whoever mends the spider."""
        self.store.count_failure(f"{page}: {name}")
        kept = self.kept_pages.keep(name, response) if response is not None else None
        self.logger.warning("%s could not be read: %s%s", page, name, f"; kept as {kept}" if kept else "")
