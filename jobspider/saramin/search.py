"""Saramin's HTML search: cards that leave the facts to the posting's page."""

import re
from urllib.parse import urlencode

from lxml.cssselect import CSSSelector as Css
from lxml.etree import XPath
from lxml.etree import _Element as Element
from scrapy import Request
from scrapy.http import TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from jobspider.items import RawPosting
from jobspider.markup import document, words
from jobspider.pages import UnreadablePage
from jobspider.saramin import HOME
from jobspider.saramin.card import read_card

PAGE_SIZE = 40

# The attribute is asked for first, as few elements have it; a selector would begin with every element's classes.
CARDS = XPath("//div[@value][contains(concat(' ', @class, ' '), ' item_recruit ')]")
NOTHING_FOUND = Css("div.info_no_result, div.no_result")


class Search:
    """The search without a search word, newest first: its words are fuzzy, so titles are matched here."""

    cards_are_whole = False

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return page 1 of a search."""
        newest = {"searchType": "search", "recruitSort": "reg_dt", "recruitPage": 1, "recruitPageCount": PAGE_SIZE}
        return Request(f"{HOME}/search/recruit?{urlencode(newest | walk)}", headers={"Referer": f"{HOME}/search"})

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the cards; postings shown outside of cards (a company's own, advertisements) are none."""
        page = document(response)
        cards = [read_card(card) for card in CARDS(page)]
        if not cards and not NOTHING_FOUND(page):
            raise UnreadablePage("neither cards nor 'nothing found'")
        return cards

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the next page while the printed total, or else a full page, says that there is one."""
        page = int(url_query_parameter(response.url, "recruitPage", "1"))
        total = re.sub(r"\D", "", total_of(document(response)))
        more = page * PAGE_SIZE < int(total) if total else len(CARDS(document(response))) >= PAGE_SIZE
        return Request(add_or_replace_parameter(response.url, "recruitPage", str(page + 1))) if more else None


def total_of(page: Element) -> str:
    """Return the printed number of postings found, which stands before the cards."""
    return next((words([span]) for span in page.iter("span") if span.get("class") == "cnt_result"), "")
