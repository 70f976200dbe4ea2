"""고용24's Open API for companies: XML, by a key that a personal account does not get.

Its shape is that of its documentation (2024-06) and of answers that clients of 2026 keep in their tests.
"""

from html import unescape
from urllib.parse import urlencode

from lxml import etree
from scrapy import Request
from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from jobdb.codes import occupations, terms
from jobdb.posting import PostingState
from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.worknet.addresses import HOME, OWN, address, number_in
from jobspider.worknet.closing import state_by_message

CALL = f"{HOME}/cm/openApi/call/wk/callOpenApiSvcInfo"
HOST, PATH, KEY_PARAMETER = "www.work24.go.kr", "/cm/openApi/", "authKey"
CALLS_A_DAY = 5_000  # no source says how many are allowed: a bound to our own mistakes
DISPLAY, LAST_PAGE = 100, 1000  # the most that the API gives
NO_POSTINGS = "006"  # 정보가 존재하지 않습니다.
EXTRA = {
    "jobsNm": "모집 직종", "relJobsNm": "관련 직종", "certificate": "자격 면허", "major": "전공",
    "forLang": "외국어 능력", "compAbl": "컴퓨터 활용 능력", "pfCond": "우대조건",
    "etcPfCond": "기타 우대사항", "collectPsncnt": "모집 인원",
}  # fmt: skip


class OpenApi:
    """Lists 210L01 and postings 210D01: 고용24's own postings alone, with their occupation's code."""

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for page 1 of a walk: its keys but `name` are the API's too."""
        codes = {key: code for key, code in walk.items() if key != "name"}
        query = {"callTp": "L", "returnType": "XML", "display": DISPLAY, "sortOrderBy": "DESC", **codes, "startPage": 1}
        return Request(f"{CALL}210L01.do?{urlencode(query)}")

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the rows. Raises UnreadablePage, with the board's words for a key that it does not take."""
        root = _root(response)
        if _text(root, "messageCd") == NO_POSTINGS:
            return []
        rows = root.findall("wanted")
        if not rows and _text(root, "total") != "0":
            raise UnreadablePage(_message(root) or "neither rows nor a count of 0")
        return [_card(row) for row in rows if _text(row, "wantedAuthNo")]

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the next page while the total says that there is one."""
        page = int(url_query_parameter(response.url, "startPage", "1"))
        total = _text(_root(response), "total")
        if not total.isdecimal() or page * DISPLAY >= int(total) or page >= LAST_PAGE:
            return None
        return Request(add_or_replace_parameter(response.url, "startPage", str(page + 1)))

    def card_request(self, card: RawPosting) -> Request:
        """Return the request for a posting's object."""
        infosvc = card.extra.get("infoTypeCd", OWN)
        query = {"callTp": "D", "returnType": "XML", "wantedAuthNo": card.board_id, "infoSvc": infosvc}
        return Request(f"{CALL}210D01.do?{urlencode(query)}")

    def posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting, without the person to ask and the owner. Raises UnreadablePage."""
        root = _root(response)
        number, wanted = number_in(response), next(root.iter("wantedInfo"), None)
        if wanted is None or next((node.text for node in root.iter("wantedAuthNo")), number) != number:
            raise UnreadablePage(_message(root) or "not the posting that was asked for")
        return RawPosting(
            board="worknet",
            board_id=number,
            url="",  # the card's: it names the provider
            title=_text(wanted, "wantedTitle"),
            company=_text(root, ".//corpInfo/corpNm"),
            deadline=_text(wanted, "receiptCloseDt"),
            career=_text(wanted, "enterTpNm") or _term("career", _text(wanted, "enterTpCd")),
            education=_text(wanted, "eduNm") or _term("education", _text(wanted, "minEdubgIcd")),
            employment=_text(wanted, "empTpNm") or _term("employment", _text(wanted, "empTpCd")),
            region=_text(wanted, "workRegion"),
            pay=_text(wanted, "salTpNm").rstrip(", "),
            skills=[word for node in wanted.iter("srchKeywordNm") if (word := (node.text or "").strip())],
            body=_text(wanted, "jobCont"),
            extra={label: text for tag, label in EXTRA.items() if (text := _text(wanted, tag))},
        )

    def state(self, response: Response) -> PostingState:
        """Tell the state by the API's message, which proves an end alone: objects have no day to compare with."""
        try:
            return state_by_message(_message(_root(response)) if response.status == 200 else "")
        except UnreadablePage:
            return PostingState.UNKNOWN


def _card(row: etree._Element) -> RawPosting:
    number, provider = _text(row, "wantedAuthNo"), _text(row, "infoSvc") or OWN
    code = _text(row, "jobsCd")
    own = {"infoTypeCd": provider, "직종": occupations().get(code, code), "근무": _text(row, "holidayTpNm")}
    return RawPosting(
        board="worknet",
        board_id=number,
        url=address(number, provider),  # wantedInfoUrl lacks the provider at times, and finds no page then
        title=_text(row, "title"),
        company=_text(row, "company"),
        deadline=_text(row, "closeDt"),
        posted=_text(row, "regDt"),
        career=_term("career", _text(row, "career")),
        education=_term("education", _text(row, "minEdubg")),
        employment=_term("employment", _text(row, "empTpCd")),
        region=_text(row, "region"),
        pay=f"{_text(row, 'salTpNm')} {_text(row, 'sal')}".strip(),
        extra={name: text for name, text in own.items() if text},
    )


def _term(kind: str, text: str) -> str:
    """Return the board's words for a code; clients have seen codes and words in the same place."""
    return terms(kind).get(text, text)


def _message(root: etree._Element) -> str:
    """Return the board's words in place of an answer, whose root differs from error to error."""
    return next((_text(root, f".//{tag}") for tag in ("error", "message") if _text(root, f".//{tag}")), "")


def _text(node: etree._Element, tag: str) -> str:
    return unescape(node.findtext(tag) or "").strip()


def _root(response: Response) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(response.body.strip(), parser)
    except etree.XMLSyntaxError:
        raise UnreadablePage("not XML") from None
