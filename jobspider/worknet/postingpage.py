"""A posting's page on 고용24."""

import re

from lxml.cssselect import CSSSelector as Css
from lxml.html import HtmlElement
from scrapy.http import HtmlResponse, Response, TextResponse

from jobdb.posting import PostingState
from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.markup import document, lines, words
from jobspider.worknet.addresses import number_in
from jobspider.worknet.closing import printed_end, state_by_end, state_by_message

FACT_LABELS = {
    "모집 인원", "모집 직종", "관련 직종", "자격 면허", "근무 형태", "전공", "컴퓨터 활용 능력", "외국어 능력",
    "우대조건", "기타 우대사항",
}  # fmt: skip
SKILLS, REGISTERED, END, TASKS = "직종 키워드", "채용공고 등록일시", "접수 마감일", "직무내용"
NOTHING = {"", "-"}
SHOWN = {"A", ""}  # closeClcd; with another one the page's script prints 마감

NUMBER = Css("form#moveForm input#wantedAuthNo")
TITLE, COMPANY = Css(".tit_area strong.title"), Css(".tit_area .corp_info > strong")
SUMMARY, SUMMARY_LABEL, SUMMARY_TEXT = Css(".emp_detail li"), Css("em.tit"), Css("p")
FACTS, FOLDS, HEADINGS = Css("table.box_table th[scope='row']"), Css("div.fold"), Css("strong")
IMAGES, TODAY = Css("img"), Css("input#serverToday")

_VARIABLE = re.compile(r"\bvar\s+(date|wantedYn|closeClcd)\s*=\s*'([^']*)'")
_MESSAGE = re.compile(r"\bvar\s+msgStr\s*=\s*'([^']*)'")


def read_posting(response: TextResponse) -> RawPosting:
    """Return the words of a posting's page, without the person to ask. Raises UnreadablePage."""
    page = document(response)
    if not _is_asked_for(page, response):
        raise UnreadablePage("not the posting that was asked for")
    summary, facts = _summary(page), _facts(page)
    body, images = _tasks(page)
    return RawPosting(
        board="worknet",
        board_id=number_in(response),
        url=response.url,
        title=words(TITLE(page)),
        company=words(COMPANY(page)),
        deadline=_end(page, _variables(response).get("wantedYn") == "Y"),
        posted=facts.get(REGISTERED, ""),
        career=summary.get("경력", ""),
        education=summary.get("학력", ""),
        employment=summary.get("고용형태", ""),
        region=summary.get("지역", ""),
        pay=summary.get("임금", ""),
        skills=[word.strip() for word in facts.get(SKILLS, "").split(",") if word.strip()],
        body=body,
        body_images=images,
        extra={label: text for label, text in facts.items() if label in FACT_LABELS},
    )


def posting_state(response: Response) -> PostingState:
    """Tell the state by what the page's script compares, or by the message of a page without a posting."""
    if response.status != 200 or not isinstance(response, HtmlResponse):
        return PostingState.UNKNOWN
    page = document(response)
    if not TITLE(page):
        return state_by_message(" ".join(_MESSAGE.findall(response.text)))
    variables = _variables(response)
    if "date" not in variables or not _is_asked_for(page, response):
        return PostingState.UNKNOWN
    if variables.get("closeClcd", "") not in SHOWN:
        return PostingState.CLOSED
    today = next((field.get("value", "") for field in TODAY(page)), "")
    return state_by_end(variables["date"], variables.get("wantedYn") == "Y", today)


def _is_asked_for(page: HtmlElement, response: Response) -> bool:
    """Tell whether the page is of the posting that its address names."""
    shown = next((field.get("value") for field in NUMBER(page)), None)
    return bool(TITLE(page)) and shown in (None, "", number_in(response))


def _variables(response: TextResponse) -> dict[str, str]:
    """Return what the page's script knows of the end; where a name comes twice the first is meant."""
    return dict(reversed(_VARIABLE.findall(response.text)))


def _summary(page: HtmlElement) -> dict[str, str]:
    return {words(SUMMARY_LABEL(item)): words(SUMMARY_TEXT(item)) for item in SUMMARY(page)}


def _facts(page: HtmlElement) -> dict[str, str]:
    pairs = {words([label]): words([label.getnext()]) for label in FACTS(page) if label.getnext() is not None}
    return {label: text for label, text in pairs.items() if text not in NOTHING}


def _end(page: HtmlElement, until_filled: bool) -> str:
    values = [heading.getnext() for heading in HEADINGS(page) if words([heading]) == END]
    printed = words([value for value in values if value is not None])
    return printed_end(printed, until_filled)


def _tasks(page: HtmlElement) -> tuple[str, int]:
    """Return text and images below the heading 직무내용; another block that folds shows whom to call."""
    for fold in FOLDS(page):
        if words(HEADINGS(fold)) == TASKS:
            return lines(fold).removeprefix(TASKS).strip(), len(IMAGES(fold))
    return "", 0
