"""Wanted's sitemap: every posting's number, and no word of it."""

import re

from lxml import etree
from scrapy import Request
from scrapy.http import TextResponse

from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.wanted.page import HOME, PAGE, copy
from jobspider.wanted.source import Source, Walks


class Sitemap(Source):
    """The index /sitemap.xml and its sitemap_kr_job_<n>.xml: ids alone, of all categories; the highest are the newest.

    Which file holds the newest is not known, so all are gathered before the first posting is opened.
    """

    begins = f"{HOME}/sitemap"
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

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's page."""
        return Request(PAGE + board_id)


def _sitemap(response: TextResponse) -> tuple[str, list[str]]:
    """Return the kind of a sitemap file and the addresses in it. Raises UnreadablePage for half a file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(response.body, parser)
    except etree.XMLSyntaxError:
        raise UnreadablePage("not a sitemap") from None
    places = root.xpath("//*[local-name()='loc']/text()")
    return etree.QName(root).localname, [str(place).strip() for place in places]
