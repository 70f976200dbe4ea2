"""Jumpit (점핏): the public JSON that its own pages read."""

import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameters

from jobdb.clock import KST
from jobdb.posting import PostingState
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.jsonpage import KeyWatch, answer, inner, sections, text, texts, word

API = "https://jumpit-api.saramin.co.kr/api"
NO_SUCH_POSTING = "C003"  # comes with HTTP 400, which wrong parameters get as well
READ = {
    "id", "title", "companyName", "jobCategory", "techStacks", "newcomer", "minCareer", "maxCareer", "locations",
    "alwaysOpen", "closedAt",
}  # fmt: skip
IGNORED = {
    "logo", "imagePath", "scrapCount", "viewCount", "companyProfileId", "celebration", "scraped", "serialNumber",
    "encodedSerialNumber", "applied", "hiddenPosition",
}  # fmt: skip
SECTIONS = {
    "serviceInfo": "기업/서비스 소개",
    "responsibility": "주요업무",
    "qualifications": "자격요건",
    "preferredRequirements": "우대사항",
    "welfares": "복지 및 혜택",
    "recruitProcess": "채용절차 및 기타 지원 유의사항",
}
_HIGHLIGHT = re.compile(r"</?span\b[^>]*>")  # stands in the middle of words where a keyword was found


class JumpitSpider(BoardSpider):
    """Lists by job category; each posting is one JSON object."""

    name = "jumpit"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys = KeyWatch(self.logger.warning, READ | IGNORED)

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a category's first page; without sort=reg_dt the board sorts by its response rate."""
        return Request(f"{API}/positions?{urlencode({**walk, 'sort': 'reg_dt', 'highlight': 'false', 'page': 1})}")

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the positions; past the last page the board says totalCount 0 and gives an empty list."""
        result = _result(response)
        positions = result.get("positions")
        if not isinstance(positions, list) or (not positions and result.get("totalCount") and _page(response) == 1):
            raise UnreadablePage("no positions")
        rows = [row for row in positions if isinstance(row, dict) and row.get("id")]
        if len(rows) < len(positions):
            self.logger.warning("%d of %d positions have no id", len(positions) - len(rows), len(positions))
        if positions and not rows:
            raise UnreadablePage("no position has an id")
        for row in rows:
            self.keys.look(row)
        return [_words(row) for row in rows]

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the next page, until one is empty."""
        if not _result(response).get("positions"):
            return None
        return Request(add_or_replace_parameters(response.url, {"page": str(_page(response) + 1)}))

    @classmethod
    def posting_request(cls, board_id: str, url: str) -> Request:  # noqa: ARG003  the id is the address
        """Return the request for the posting's object; its 400 is an answer, not a failure."""
        return Request(f"{API}/position/{board_id}", meta={"handle_httpstatus_list": [400]})

    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of the posting's object."""
        result = _result(response)
        if not _is_asked_for(result, response):
            raise UnreadablePage("not the posting that was asked for")
        return _words(result)

    @staticmethod
    def posting_state(response: Response) -> PostingState:
        """Return CLOSED for C003, for `invisible`, and for a closedAt before the instant at which the answer was given.

        The board shows a posting on after its end, and has no other word for it.
        """
        try:
            page = answer(response)
        except UnreadablePage:
            return PostingState.UNKNOWN
        if response.status == 400:
            return PostingState.CLOSED if page.get("code") == NO_SUCH_POSTING else PostingState.UNKNOWN
        result = inner(page, "result")
        if response.status != 200 or "closedAt" not in result or not _is_asked_for(result, response):
            return PostingState.UNKNOWN
        end = text(result, "closedAt").replace(" ", "T")
        ended = bool(end) and end < _instant_of(response)
        return PostingState.CLOSED if ended or result.get("invisible") is True else PostingState.OPEN


def _instant_of(response: Response) -> str:
    """Return when the answer was given by its Date header, as wall-clock in Korea in the board's own form; or ""."""
    given = (response.headers.get(b"Date") or b"").decode("latin-1")
    return parsedate_to_datetime(given).astimezone(KST).replace(tzinfo=None).isoformat() if given else ""


def _result(response: TextResponse) -> dict[str, Any]:
    result = answer(response).get("result")
    if not isinstance(result, dict):
        raise UnreadablePage("no result")
    return result


def _page(response: TextResponse) -> int:
    return int(parse_qs(urlsplit(response.url).query).get("page", ["1"])[0])


def _is_asked_for(result: dict[str, Any], response: Response) -> bool:
    return word(result, "id") == urlsplit(response.url).path.rpartition("/")[2]


def _words(row: dict[str, Any]) -> RawPosting:
    """Copy a list's position or a posting's object; they share names, and differ in the shape of lists."""
    board_id = word(row, "id")
    categories = text(row, "jobCategory") or ",".join(texts(row.get("jobCategories"), "name"))
    own = {"alwaysOpen": word(row, "alwaysOpen"), "category": _HIGHLIGHT.sub("", categories)}
    return RawPosting(
        board=JumpitSpider.name,
        board_id=board_id,
        url=f"https://jumpit.saramin.co.kr/position/{board_id}",
        title=_HIGHLIGHT.sub("", text(row, "title")),
        company=text(row, "companyName"),
        deadline=word(row, "closedAt"),
        posted=text(row, "publishedAt"),
        career_from=word(row, "minCareer"),
        career_to=word(row, "maxCareer"),
        newcomer=word(row, "newcomer"),
        education=text(row, "educationName"),
        employment=text(inner(row, "jobPostingForSearchEngine"), "employmentType"),
        region=", ".join(texts(row.get("locations") or row.get("workingPlaces"), "address")) or text(row, "location"),
        skills=texts(row.get("techStacks"), "stack"),
        body=sections(row, SECTIONS),
        extra={name: value for name, value in own.items() if value},
    )
