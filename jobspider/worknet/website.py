"""The search of 고용24's website, which needs no key and lists the postings of every provider."""

import re
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response, TextResponse
from w3lib.url import add_or_replace_parameters, url_query_parameter

from jobdb.posting import PostingState
from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.markup import document
from jobspider.worknet.addresses import HOME
from jobspider.worknet.listpage import ROWS, read_row
from jobspider.worknet.postingpage import posting_state, read_posting

LIST = f"{HOME}/wk/a/b/1200/retriveDtlEmpSrchList.do"
FORM = {
    "searchMode": "Y", "sortField": "DATE", "sortOrderBy": "DESC", "siteClcd": "all", "empTpGbcd": "1",
    "academicGbnoEdu": "noEdu", "benefitSrchAndOr": "O",
    "resultCnt": "50",  # the most that the page offers; 10 were seen to come all the same
}  # fmt: skip

_TOTAL = re.compile(r"\btotalRecordCount\s*:\s*(\d+)")
_PAGES = re.compile(r"\btotalPageCount\s*:\s*(\d+)")


class Website:
    """Lists as the search form asks for them, by GET, and the pages that their rows link to."""

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for page 1 of a walk: its keys but `name` are the form's."""
        codes = {key: code for key, code in walk.items() if key != "name"}
        return Request(f"{LIST}?{urlencode({**FORM, **codes, **_number_of(1)})}", headers={"Referer": LIST})

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the rows that have a number. Raises UnreadablePage."""
        rows = ROWS(document(response))
        cards = [card for row in rows if (card := read_row(row))]
        if rows and not cards:
            raise UnreadablePage("no row has the number of a posting")
        if not rows and not _is_past_the_end(response):
            raise UnreadablePage("neither rows nor a count of 0")
        return cards

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the next page until the last one."""
        page = _page(response)
        if page >= _printed(_PAGES, response):
            return None
        return Request(add_or_replace_parameters(response.url, _number_of(page + 1)), headers={"Referer": LIST})

    def card_request(self, card: RawPosting) -> Request:
        """Return the request for the page that the row links to."""
        return page_request(card.url)

    def posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting's page. Raises UnreadablePage."""
        return read_posting(response)

    def state(self, response: Response) -> PostingState:
        """Tell the state by a posting's page."""
        return posting_state(response)


def page_request(url: str) -> Request:
    """Return the request for a posting's page as a click on its row makes it: its number alone does not find it."""
    return Request(url, headers={"Referer": LIST})


def _is_past_the_end(response: TextResponse) -> bool:
    total = _TOTAL.search(response.text)
    return total is not None and (total[1] == "0" or _page(response) > _printed(_PAGES, response))


def _printed(number: re.Pattern[str], response: TextResponse) -> int:
    found = number.search(response.text)
    return int(found[1]) if found else 0


def _page(response: Response) -> int:
    number = url_query_parameter(response.url, "pageIndex", "1")
    return int(number) if number.isdecimal() else 1


def _number_of(page: int) -> dict[str, str]:
    """Return the two names that the page's number has: the script sets the first, other clients the second."""
    return {"pageIndex": str(page), "currentPageNo": str(page)}
