"""Wanted's list as its visitors see it: a page that is empty until a browser runs its script."""

from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.wanted.page import HOME, PAGE, copy
from jobspider.wanted.source import Source

SCROLLS = 10  # of 20 postings each: more than a group gets between two crawls
ALL_SCROLLS = 200  # for a full run


class ListPage(Source):
    """The page /wdlist/<group> as a browser fills it: titles and companies of the newest postings of a job group.

    Its script asks below /api/, as it does for every visitor; robots.txt is obeyed for the page itself.
    """

    begins = f"{HOME}/wdlist"
    _query = {"country": "kr", "job_sort": "job.latest_order", "years": "-1", "locations": "all"}  # noqa: RUF012
    _card = "ul[data-cy=job-list] a[data-position-id]"  # recommended postings stand in no such list

    def __init__(self, scrolls: int = SCROLLS, pause: float = 1.0) -> None:
        self.scrolls, self.pause = scrolls, pause

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a job group's page, scrolled."""
        from jobspider.browser import rendered  # loads Playwright, which no other source needs

        return rendered(f"{HOME}/wdlist/{walk['group']}?{urlencode(self._query)}", self._card, self.scrolls, self.pause)

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards of the list; what the board says when it has none is not known."""
        cards = response.css(self._card) if isinstance(response, HtmlResponse) else []
        found = [
            copy({"id": number, "position": card.attrib.get("data-position-name"),
                  "company": {"name": card.attrib.get("data-company-name")}})
            for card in cards if (number := card.attrib["data-position-id"]).isdecimal()
        ]  # fmt: skip
        if not found:
            raise UnreadablePage("no postings on the list's page")
        return found

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's page, which is whole without a browser."""
        return Request(PAGE + board_id)
