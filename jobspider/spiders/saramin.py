"""Saramin (www.saramin.co.kr): its HTML search; a posting's facts come by XHR, its text in an iframe."""

import re
from urllib.parse import urlencode

from lxml.cssselect import CSSSelector as Css
from lxml.etree import XPath
from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from jobdb.posting import PostingState
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.markup import document, each, lines, words

HOME = "https://www.saramin.co.kr/zf_user"
PAGE_SIZE = 40
LABELS = {"경력": "career", "학력": "education", "근무형태": "employment", "급여": "pay", "근무지역": "region"}
UNUSED = {"나이/성별", "우대사항", "필수사항"}  # the first forbidden in 2021, the others told in pop-ups alone
TAKEN_ALWAYS = {"상시 채용", "채용시 마감"}
BODY_HEADING = "채용공고 상세"

CARDS = Css("div.item_recruit[value]")
NOTHING_FOUND = Css("div.info_no_result, div.no_result")
TOTAL = Css("span.cnt_result")
CARD_TITLE = Css("div.area_job > h2.job_tit a")
CARD_COMPANY = Css("div.area_corp .corp_name")
CARD_CONDITIONS = Css("div.job_condition > span")
CARD_DEADLINE = Css("div.job_date span.date")
CARD_POSTED = Css("div.job_sector span.job_day")
CARD_JOBS = Css("div.job_sector a[href*='cat_kewd=']")
CARD_INDUSTRIES = Css("div.job_sector a[href*='ind_key=']")

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


class SaraminSpider(BoardSpider):
    """Walks searches without a search word: its search is fuzzy, so titles are matched here."""

    name = "saramin"
    delay = 1.5

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return page 1 of a search; a walk's keys are Saramin's: cat_mcls, cat_kewd or loc_mcd."""
        newest = {"searchType": "search", "recruitSort": "reg_dt", "recruitPage": 1, "recruitPageCount": PAGE_SIZE}
        return Request(f"{HOME}/search/recruit?{urlencode(newest | walk)}", headers={"Referer": f"{HOME}/search"})

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards; postings shown outside of cards (a company's own, advertisements) are none."""
        page = document(response)
        cards = [read_card(card) for card in CARDS(page)]
        if not cards and not NOTHING_FOUND(page):
            raise UnreadablePage("neither cards nor 'nothing found'")
        return cards

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the next page while the printed total, or else a full page, says that there is one."""
        page = int(url_query_parameter(response.url, "recruitPage", "1"))
        total = re.sub(r"\D", "", words(TOTAL(document(response))))
        more = page * PAGE_SIZE < int(total) if total else len(CARDS(document(response))) >= PAGE_SIZE
        return Request(add_or_replace_parameter(response.url, "recruitPage", str(page + 1))) if more else None

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


def address(number: str) -> str:
    """Return the address of a posting that a person opens."""
    return f"{HOME}/jobs/relay/view?rec_idx={number}"


def number_in(response: Response) -> str:
    """Return the posting's number from the address asked for."""
    return url_query_parameter(response.url, "rec_idx", "")


def find_posting(response: Response) -> HtmlElement | None:
    """Return the block of the posting asked for. Raises UnreadablePage for an answer that is no HTML."""
    return next(iter(POSTING(document(response), number=number_in(response))), None)


def read_card(card: HtmlElement) -> RawPosting:
    """Return the words of a card; the title's attribute is clean, its text has marks around the search word."""
    number, title = card.get("value"), CARD_TITLE(card)
    industries = ", ".join(each(CARD_INDUSTRIES(card)))
    return RawPosting(
        board=SaraminSpider.name,
        board_id=number,
        url=address(number),
        title=(title[0].get("title") if title else "") or words(title),
        company=words(CARD_COMPANY(card)),
        conditions=each(CARD_CONDITIONS(card), between=" "),  # a place is two links
        deadline=words(CARD_DEADLINE(card)),
        posted=words(CARD_POSTED(card)),
        skills=each(CARD_JOBS(card)),
        extra={"업종": industries} if industries else {},
    )


def labelled(labels: list[HtmlElement]) -> dict[str, str]:
    """Return the words beside each <dt> whose <dd> has some."""
    pairs = {words([label]): words([label.getnext()]) for label in labels if label.getnext() is not None}
    return {label: text for label, text in pairs.items() if text}
