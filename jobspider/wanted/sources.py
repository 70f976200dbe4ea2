"""Where postings of Wanted are found, by the names that WANTED_SOURCE takes.

Its robots.txt (read in 2026) keeps robots out of /api/, and its /wdlist is empty without a browser, whose scripts fetch
the postings from /api/: the sitemap is walked unless an operator decides otherwise.
"""

import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlencode, urljoin

from lxml import etree
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.jsonpage import answer
from jobspider.wanted.page import PAGE, STATES, copy

HOME = "https://www.wanted.co.kr"
Walks = Sequence[dict[str, str]]


class Source(Protocol):
    """A way to the board's postings."""

    path: str  # how the paths of its lists begin

    def walks(self, configured: Walks) -> Walks:
        """Return the lists to walk."""

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a list."""

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the postings of a list's page, newest first. Raises UnreadablePage."""

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the next page that has cards."""

    def before_cards(self, response: TextResponse) -> Request | None:
        """Return the request that must be answered before the cards can be told."""

    def card_request(self, board_id: str) -> Request:
        """Return the request for a posting's words."""


class Sitemap:
    """The index /sitemap.xml and its sitemap_kr_job_<n>.xml: ids alone, of all categories; the highest are the newest.

    Which file holds the newest is not known, so all are gathered before the first posting is opened.
    """

    path = "/sitemap"
    _job_file = re.compile(r"/sitemap_kr_job_\d+\.xml$")
    _posting = re.compile(r"https://(?:www|recruit)\.wanted\.co\.kr/wd/(\d+)/?")  # both hosts show the same posting

    def walks(self, configured: Walks) -> Walks:  # noqa: ARG002  the sitemap knows no categories
        """Return one walk for all categories."""
        return [{}]

    def list_request(self, walk: dict[str, str]) -> Request:  # noqa: ARG002
        """Return the request for the index."""
        return Request(f"{HOME}/sitemap.xml")

    def before_cards(self, response: TextResponse) -> Request | None:
        """Return the request for the next file, which carries what has been gathered."""
        kind, places = _sitemap(response)
        if kind == "sitemapindex":
            files, gathered = [place for place in places if self._job_file.search(place)], []
        else:
            files, gathered = response.meta["files"], response.meta["gathered"] + places
        return Request(files[0], meta={"files": files[1:], "gathered": gathered}) if files else None

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return a card without words for each posting of the gathered files and this one."""
        kind, places = _sitemap(response)
        places = response.meta.get("gathered", []) + places
        ids = {int(match[1]) for place in places if (match := self._posting.fullmatch(place))}
        if kind != "urlset" or (places and not ids):
            raise UnreadablePage("no postings in the sitemap")
        return [copy({"id": number}) for number in sorted(ids, reverse=True)]

    def next_page(self, response: TextResponse) -> Request | None:  # noqa: ARG002  all files are one list
        """Return None: the gathered files are one list."""
        return None

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's page."""
        return Request(PAGE + board_id)


class Api:
    """The JSON that Wanted's own pages read, with all of their parameters: without them paging was seen to stop at 50.

    It lies below /api/: an operator who chooses it decides to go where robots.txt says not to.
    """

    path = "/api/"
    _query = {"country": "kr", "job_sort": "job.latest_order", "years": "-1", "locations": "all", "limit": "100"}  # noqa: RUF012

    def walks(self, configured: Walks) -> Walks:
        """Return the configured job groups."""
        return configured

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a job group's first page."""
        query = urlencode({"job_group_id": walk["group"], **self._query, "offset": "0"})
        return Request(f"{HOME}/api/chaos/navigation/v1/results?{query}")

    def before_cards(self, response: TextResponse) -> Request | None:  # noqa: ARG002
        """Return None: each page tells its cards."""
        return None

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the entries; those of v4 say their status, and the closed ones are left out."""
        jobs = answer(response).get("data")
        if not isinstance(jobs, list) or not all(isinstance(job, dict) and job.get("id") for job in jobs):
            raise UnreadablePage("no list of postings")
        return [copy(job) for job in jobs if STATES.get(job.get("status", "active")) is STATES["active"]]

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for what `links.next` names, which is a path or a full address."""
        page = answer(response)
        link = (page.get("links") or {}).get("next")
        return Request(urljoin(response.url, link)) if link and page.get("data") else None

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's object."""
        return Request(f"{HOME}/api/chaos/jobs/v4/{board_id}/details")


class ListPage:
    """The page /wdlist/<group> as a browser fills it: titles and companies of the newest postings of a job group."""

    path = "/wdlist"
    scrolls = 10  # of 20 postings each: more than a group gets between two crawls
    wait = 3.0  # seconds
    _query = {"country": "kr", "job_sort": "job.latest_order", "years": "-1", "locations": "all"}  # noqa: RUF012
    _card = "ul[data-cy=job-list] a[data-position-id]"  # recommended postings stand in no such list

    def walks(self, configured: Walks) -> Walks:
        """Return the configured job groups."""
        return configured

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a job group's page, scrolled."""
        from jobspider.browser import rendered  # loads Playwright, which no other source needs

        return rendered(f"{HOME}/wdlist/{walk['group']}?{urlencode(self._query)}", self._card, self.scrolls, self.wait)

    def before_cards(self, response: TextResponse) -> Request | None:  # noqa: ARG002
        """Return None: the page tells its cards."""
        return None

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

    def next_page(self, response: TextResponse) -> Request | None:  # noqa: ARG002
        """Return None: a job group is one page."""
        return None

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's page, which is whole without a browser."""
        return Request(PAGE + board_id)


SOURCES: dict[str, Source] = {"sitemap": Sitemap(), "browser": ListPage(), "api": Api()}


def _sitemap(response: TextResponse) -> tuple[str, list[str]]:
    """Return the kind of a sitemap file and the addresses in it. Raises UnreadablePage for half a file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(response.body, parser)
    except etree.XMLSyntaxError:
        raise UnreadablePage("not a sitemap") from None
    places = root.xpath("//*[local-name()='loc']/text()")
    return etree.QName(root).localname, [str(place).strip() for place in places]
