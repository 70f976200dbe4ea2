"""고용24 (formerly Worknet, www.work24.go.kr): the website's search, or the Open API with a company's key."""

from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from jobdb import codes
from jobdb.errors import SettingError
from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider.base import BoardSpider
from jobspider.items import RawPosting
from jobspider.keyed import KeyedApi, use_key
from jobspider.worknet import openapi
from jobspider.worknet.addresses import is_here
from jobspider.worknet.openapi import OpenApi
from jobspider.worknet.website import Website, page_request

Source = Website | OpenApi
CUT = "..."  # how the Open API ends a title after some 30 letters
WEBSITE, API = Website(), OpenApi()


class WorknetSpider(BoardSpider):
    """Walks occupations; with WORK24_API_KEY by the Open API, which lists 고용24's own postings alone."""

    name = "worknet"
    delay = 2.0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source: Source = WEBSITE

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with the source that the settings have a key for."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if crawler.settings.get("WORK24_API_KEY"):
            spider.source, spider.store.source = API, "api"
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Open the way to the Open API where there is a key. Raises SettingError for a walk of unknown codes."""
        super().update_settings(settings)
        walks = courses().walks[cls.name]
        if wrong := [words for walk in walks.daily + walks.full if (words := codes.wrong_walk(walk))]:
            raise SettingError(f"[walks] worknet: {wrong[0]}; change config/courses.toml")
        if key := settings.get("WORK24_API_KEY"):
            api = KeyedApi(openapi.HOST, openapi.KEY_PARAMETER, key, openapi.CALLS_A_DAY, openapi.PATH)
            use_key(settings, api)

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of an occupation's postings."""
        return self.source.list_request(walk)

    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the rows of either source's list."""
        return _source_of(response).cards(response)

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page."""
        return _source_of(response).next_page(response)

    def card_request(self, card: RawPosting) -> Request:
        """Return the request for a card's words, by the source."""
        return self.source.card_request(card)

    @classmethod
    def posting_request(cls, board_id: str, url: str) -> Request:  # noqa: ARG003  the number alone finds no page
        """Return the request for the posting's page by its own address, whatever the source."""
        return page_request(url)

    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting's page or object."""
        return _source_of(response).posting(response)

    @staticmethod
    def posting_state(response: Response) -> PostingState:
        """Tell the state by the board's own dates and messages."""
        return _source_of(response).state(response)

    def is_whole(self, card: RawPosting) -> bool:
        """Tell whether the row is all there is: its link leads to the site that provides the posting."""
        return not is_here(card.url)

    def _is_worth_opening(self, card: RawPosting) -> bool:
        """Open every posting whose title is cut as well: a keyword may stand in the rest."""
        return card.title.endswith(CUT) or super()._is_worth_opening(card)


def _source_of(response: Response) -> Source:
    return API if urlsplit(response.url).path.startswith(openapi.PATH) else WEBSITE
