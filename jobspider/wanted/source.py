"""What a way to Wanted's postings must tell."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from scrapy import Request
from scrapy.http import TextResponse

from jobspider.items import RawPosting

Walks = Sequence[dict[str, str]]


class Source(ABC):
    """A way to the board's postings. What it leaves out: lists of job groups, each of one page."""

    begins: str  # how the addresses of its lists begin

    def walks(self, configured: Walks) -> Walks:
        """Return the lists to walk: the configured job groups."""
        return configured

    @abstractmethod
    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a list."""

    @abstractmethod
    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the postings of a list's page, newest first. Raises UnreadablePage."""

    def next_page(self, response: TextResponse) -> Request | None:  # noqa: ARG002
        """Return the request for the next page that has cards."""
        return None

    def before_cards(self, response: TextResponse) -> Request | None:  # noqa: ARG002
        """Return the request that must be answered before the cards can be told. Raises UnreadablePage."""
        return None

    @abstractmethod
    def card_request(self, board_id: str) -> Request:
        """Return the request for a posting's words."""
