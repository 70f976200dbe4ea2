"""Incruit (job.incruit.com): the classic search, in EUC-KR throughout; a posting's text is in an iframe."""

from urllib.parse import urlencode

from lxml.cssselect import CSSSelector as Css
from lxml.etree import _Element as Element
from scrapy import Request
from scrapy.http import Response, TextResponse
from w3lib.url import url_query_parameter

from jobdb.posting import PostingState
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.markup import document, each, lines, words

HOME = "https://job.incruit.com"
LABELS = {"경력": "career", "학력": "education", "고용형태": "employment", "급여": "pay", "근무지역": "region"}
NOTHING_FOUND = "조건에 맞는 채용정보가 없습니다"

CARDS = Css("ul.c_row[jobno]")
NUMBERS = Css("input#JobPostNoList")
NEXT = Css("p.sqr_paging a.next_n[href]")
CARD_TITLE = Css("div.cell_mid div.cl_top a[href*='jobpost.asp?job=']")
CARD_COMPANY = Css("div.cell_first a.cpname")
CARD_CONDITIONS = Css("div.cell_mid div.cl_md > span")
CARD_JOBS = Css("div.cell_mid div.cl_btm > span")
CARD_DATES = Css("div.cell_last div.cl_btm > span")

HEADER, TITLE, COMPANY = Css(".top-cnt"), Css(".top-cnt h1"), Css(".top-cnt em a")
FACTS, LABEL, TEXT = Css("ul.jc_list > li"), Css("div.tt > em"), Css("div.txt")
PLACES = Css("div.layer_more li")
WORKING_AREA = Css(".working_area .tt + .txt")
RECEPTION = Css(".reception")
START, END = Css(".reception .intxt:not(.end) .day em"), Css(".reception .intxt.end .day em")
NO_DATE = Css(".reception .d_day.pts")
REMAINING = Css("strong.dday")
BUTTON_OFF = Css("a.btn_jobapp.off")
BODY = Css("#content_job")


class IncruitSpider(BoardSpider):
    """Walks occupations (`occ1`) or the day's postings (`today`); titles are matched here, not by the board's `kw`."""

    name = "incruit"
    delay = 2.0

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return page 1 of a search; a walk's keys are Incruit's: occ1, rgn2, crr or today."""
        newest = {"sortfield": "reg", "sortorder": 1, "articlecount": 60, "page": 1}
        return Request(f"{HOME}/jobdb_list/searchjob.asp?{urlencode(newest | walk)}")

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the rows, which the page numbers once more in a hidden field: promoted blocks have no number."""
        page = document(response)
        rows = CARDS(page)
        if not rows and NOTHING_FOUND not in response.text:
            raise UnreadablePage("neither rows nor 'nothing found'")
        if [row.get("jobno") for row in rows] != numbers(page):
            raise UnreadablePage("rows are not those that the page numbers")
        return [read_card(row) for row in rows]

    def next_page(self, response: TextResponse) -> Request | None:
        """Follow the pager, whose address keeps the filters."""
        return next((response.follow(link.get("href")) for link in NEXT(document(response))), None)

    @classmethod
    def posting_request(cls, board_id: str, url: str) -> Request:  # noqa: ARG003  the number is enough
        """Return the request for the posting's page."""
        return Request(address(board_id))

    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting; one passed on from the state's job centre has no reception block."""
        page = document(response)
        if not TITLE(page):
            raise UnreadablePage("no header of a posting")
        raw = RawPosting(self.name, number := number_in(response), address(number))
        raw.title, raw.company = words(TITLE(page)), words(COMPANY(page))
        for fact in FACTS(page):
            label, text = words(LABEL(fact)), ", ".join(each(PLACES(fact))) or words(TEXT(fact))
            if label in LABELS:
                setattr(raw, LABELS[label], text)
            elif label and text:
                raw.extra[label] = text
        raw.deadline = words(END(page)) or words(NO_DATE(page)) or words(remaining(page))
        also = {"시작일": words(START(page)), "근무지": words(WORKING_AREA(page))}
        raw.extra |= {label: text for label, text in also.items() if text}
        return raw

    @staticmethod
    def posting_state(response: Response) -> PostingState:
        """Tell the state by the header and the reception block: the menu speaks of closed events on every page."""
        try:
            page = document(response)
        except UnreadablePage:
            return PostingState.UNKNOWN
        if response.status != 200:
            return PostingState.UNKNOWN
        if "마감되었습니다" in words(RECEPTION(page)) or "마감된 공고" in words(HEADER(page)):
            return PostingState.CLOSED
        is_open = any("ing" in mark.get("class").split() for mark in remaining(page)) and not BUTTON_OFF(page)
        return PostingState.OPEN if is_open else PostingState.UNKNOWN

    def body_request(self, raw: RawPosting) -> Request:
        """Return the request for the page in the posting's iframe."""
        return Request(f"{HOME}/s_common/jobpost/jobpostcont.asp?job={raw.board_id}", headers={"Referer": raw.url})

    def parse_body(self, response: TextResponse) -> RawPosting:
        """Return the text and the number of images."""
        found = BODY(document(response))
        if not found:
            raise UnreadablePage("no text of a posting")
        number, images = number_in(response), len(found[0].findall(".//img"))
        return RawPosting(self.name, number, address(number), body=lines(found[0]), body_images=images)


def address(number: str) -> str:
    """Return the address of a posting."""
    return f"{HOME}/jobdb_info/jobpost.asp?job={number}"


def number_in(response: Response) -> str:
    """Return the posting's number from the address asked for."""
    return url_query_parameter(response.url, "job", "")


def remaining(page: Element) -> list[Element]:
    """Return the posting's own mark of the days left: the first, as those of other postings follow it.

    Pages without a reception block have none of their own.
    """
    return REMAINING(page)[:1] if RECEPTION(page) else []


def numbers(page: Element) -> list[str]:
    """Return the numbers of the page's postings as its hidden field gives them."""
    return [number for field in NUMBERS(page) for number in field.get("value", "").split(",") if number]


def read_card(row: Element) -> RawPosting:
    """Return the words of a row; of the two dates at its end the registration stands in brackets."""
    dates, jobs = each(CARD_DATES(row)), [job.rstrip(", ") for job in each(CARD_JOBS(row))]
    return RawPosting(
        board=IncruitSpider.name,
        board_id=row.get("jobno"),
        url=address(row.get("jobno")),
        title=words(CARD_TITLE(row)),
        company=words(CARD_COMPANY(row)),
        conditions=each(CARD_CONDITIONS(row)),
        deadline=next((date for date in dates if not date.startswith("(")), ""),
        posted=next((date for date in dates if date.startswith("(")), ""),
        extra={"직종": ", ".join(jobs)} if jobs else {},
    )
