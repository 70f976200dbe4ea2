"""Saramin (www.saramin.co.kr): lists by search or API; a posting's facts come by XHR, its text in an iframe."""

from collections import Counter
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from lxml.cssselect import CSSSelector as Css
from lxml.etree import XPath
from lxml.etree import _Element as Element
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings
from w3lib.url import url_query_parameter

from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.jsonpage import KeyWatch
from jobspider.keyed import KeyedApi, use_key
from jobspider.markup import document, lines, words
from jobspider.saramin import BOARD, HOME, address, openapi
from jobspider.saramin.openapi import OpenApi
from jobspider.saramin.search import Search

LABELS = {"경력": "career", "학력": "education", "근무형태": "employment", "급여": "pay", "근무지역": "region"}
UNUSED = {"나이/성별", "우대사항", "필수사항"}  # the first forbidden in 2021, the others told in pop-ups alone
ON_LISTS = {"업종", "시작일", "active"}  # what lists say in `extra`
TAKEN_ALWAYS = {"상시 채용", "채용시 마감"}
BODY_HEADING = "채용공고 상세"

# A page may hold a second posting below, and a second header of the same number outside of any posting.
POSTING = XPath(
    "//div[contains(concat(' ', @class, ' '), ' jv_header ')][@data-rec_idx=$number]"
    "/ancestor::*[contains(concat(' ', @class, ' '), ' wrap_jv_cont ')][1]"
)
TITLE, COMPANY = Css("h1.tit_job"), Css(".jv_header .company")
SUMMARY, PERIOD = Css(".jv_summary dl > dt"), Css(".jv_howto dl.info_period > dt")
LOCATION = Css(".jv_location[data-address]")
TIMER = Css(".jv_howto .status .info_timer")
NOTICE = Css(".jv_howto .status .copy, .jv_howto .status.copy")
CLOSED = Css(".jv_howto .status .copy.end, .jv_howto .status.copy.end, .btn_apply .sri_btn_expired_apply")
SCHEDULED = Css(".btn_apply .sri_btn_tobe_apply")


class Source(Protocol):
    """A way to the board's lists."""

    cards_are_whole: bool  # nothing is opened for them

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a walk, newest first."""

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the postings of a page. Raises UnreadablePage."""

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the next page, or None at the end."""


SEARCH, API = Search(), OpenApi()


class SaraminSpider(BoardSpider):
    """Reads the search, or with SARAMIN_ACCESS_KEY the official API."""

    name = BOARD
    delay = 1.5

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source: Source = SEARCH
        self.keys = KeyWatch(self.logger.warning, ON_LISTS)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with the source that the settings choose."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if crawler.settings.get("SARAMIN_ACCESS_KEY"):
            spider.source, spider.store.source = API, "api"
        spider.keys = KeyWatch(spider.count_new_key, ON_LISTS)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Open the way to the API where there is a key. Raises SettingError for walks that it cannot do."""
        super().update_settings(settings)
        if key := settings.get("SARAMIN_ACCESS_KEY"):
            walks = courses().walks[cls.name]
            openapi.check(walks.daily + walks.full)
            use_key(settings, KeyedApi(openapi.HOST, openapi.KEY_PARAMETER, key, openapi.CALLS_A_DAY))

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for page 1; a walk's keys are the search's: cat_mcls, cat_kewd, loc_mcd, loc_cd."""
        return self.source.list_request(walk)

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards of either source's list."""
        cards = _source_of(response).cards(response)
        for card in cards:
            self.keys.look(card.extra)
        return cards

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page."""
        return _source_of(response).next_page(response)

    def is_whole(self, card: RawPosting) -> bool:  # noqa: ARG002  all cards of a crawl are of one source
        """Tell whether the card is the API's, which has all facts; a page would only add the text."""
        return self.source.cards_are_whole

    def card_state(self, card: RawPosting) -> PostingState:
        """Return CLOSED for what the API lists as no longer active."""
        return PostingState.CLOSED if card.extra.get("active") == "0" else PostingState.UNKNOWN

    def count_new_key(self, message: str, key: str) -> None:
        """Warn of a key that the board's JSON did not have before, and count it in the crawl's row."""
        self.logger.warning(message, key)
        self.store.unknown.setdefault("key", Counter())[key] += 1

    @classmethod
    def posting_request(cls, board_id: str, url: str) -> Request:
        """Return the request for the facts: the page at `url` itself is a shell that fetches them."""
        headers = {"Referer": url, "X-Requested-With": "XMLHttpRequest"}
        return Request(f"{HOME}/jobs/relay/view-ajax?rec_idx={board_id}", headers=headers)

    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of the posting that the address names."""
        posting = find_posting(response)
        if posting is None:
            raise UnreadablePage("no posting of the number asked for")
        raw = RawPosting(self.name, number := number_in(response), address(number))
        raw.title, raw.company = words(TITLE(posting)), words(COMPANY(posting))
        for label, text in labelled(SUMMARY(posting)).items():
            if label in LABELS:
                setattr(raw, LABELS[label], text)
            elif label not in UNUSED:
                raw.extra[label] = text
        period = labelled(PERIOD(posting))
        raw.deadline = period.pop("마감일", "") or words(NOTICE(posting))
        raw.extra |= period
        if place := LOCATION(posting):
            raw.extra["주소"] = place[0].get("data-address")
        return raw

    @staticmethod
    def posting_state(response: Response) -> PostingState:
        """Tell the state by the posting's own block: elsewhere other postings end, and a past date proves nothing."""
        try:
            posting = find_posting(response) if response.status == 200 else None
        except UnreadablePage:
            posting = None
        if posting is None or SCHEDULED(posting):
            return PostingState.UNKNOWN
        if CLOSED(posting):
            return PostingState.CLOSED
        is_open = TIMER(posting) or words(NOTICE(posting)) in TAKEN_ALWAYS
        return PostingState.OPEN if is_open else PostingState.UNKNOWN

    def body_request(self, raw: RawPosting) -> Request:
        """Return the request for the page in the posting's iframe."""
        query = f"rec_idx={raw.board_id}&rec_seq=0"
        return Request(f"{HOME}/jobs/relay/view-detail?{query}", headers={"Referer": raw.url})

    def parse_body(self, response: TextResponse) -> RawPosting:
        """Return the text below the page's heading; about half of all bodies are one image."""
        if BODY_HEADING not in response.text:
            raise UnreadablePage(f"no '{BODY_HEADING}'")
        body, number = document(response).find("body"), number_in(response)
        text = lines(body).removeprefix(BODY_HEADING).strip()
        return RawPosting(self.name, number, address(number), body=text, body_images=len(body.findall(".//img")))


def _source_of(response: Response) -> Source:
    return API if urlsplit(response.url).netloc == openapi.HOST else SEARCH


def number_in(response: Response) -> str:
    """Return the posting's number from the address asked for."""
    return url_query_parameter(response.url, "rec_idx", "")


def find_posting(response: Response) -> Element | None:
    """Return the block of the posting asked for. Raises UnreadablePage for an answer that is no HTML."""
    return next(iter(POSTING(document(response), number=number_in(response))), None)


def labelled(labels: list[Element]) -> dict[str, str]:
    """Return the words beside each <dt> whose <dd> has some."""
    pairs = {words([label]): words([label.getnext()]) for label in labels if label.getnext() is not None}
    return {label: text for label, text in pairs.items() if text}
