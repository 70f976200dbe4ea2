"""What a board says of itself: where its lists and postings are, and how their words are copied."""

from abc import abstractmethod
from collections.abc import Sequence

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse

from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider.items import RawPosting


class UnreadablePage(Exception):
    """A page that is neither what was asked for nor the board's own "nothing found": blocked, cut or changed."""


class BoardPages(Spider):
    """The pages of one board; each board's spider fills this in and touches nothing else."""

    delay = 1.0  # seconds between two requests to a host
    page_limit = 50  # pages of one walk
    full = False  # asked for with -a full=1: every list is walked to its end

    def walks(self) -> Sequence[dict[str, str]]:
        """Return the lists to walk: those of courses.toml, unless the board's list knows no categories."""
        walks = courses().walks[self.name]
        return walks.full if self.full else walks.daily

    @abstractmethod
    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for the first page of a walk (an entry of [walks] in courses.toml), newest first."""

    @abstractmethod
    def parse_list(self, response: TextResponse) -> list[RawPosting]:
        """Return the list's cards in their order; [] only where the board itself says that nothing was found.

        Raises UnreadablePage.
        """

    @abstractmethod
    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for the list's next page, or None at the end."""

    def is_whole(self, card: RawPosting) -> bool:  # noqa: ARG002
        """Tell whether a card says all that there is to read: then its posting is not opened."""
        return False

    def card_state(self, card: RawPosting) -> PostingState:  # noqa: ARG002
        """Tell whether a card itself says that its posting is closed; UNKNOWN where lists do not say."""
        return PostingState.UNKNOWN

    @classmethod
    @abstractmethod
    def posting_request(cls, board_id: str, url: str) -> Request:
        """Return the request for the page that tells a posting's facts and state."""

    def card_request(self, card: RawPosting) -> Request:
        """Return the request that a crawl opens a card with, where that is not the page a re-check asks for."""
        return self.posting_request(card.board_id, card.url)

    @abstractmethod
    def parse_posting(self, response: TextResponse) -> RawPosting:
        """Return the words of a posting's page. Raises UnreadablePage."""

    @staticmethod
    @abstractmethod
    def posting_state(response: Response) -> PostingState:
        """Tell whether the posting is open by its page; UNKNOWN unless the board's own words prove it."""

    def body_request(self, raw: RawPosting) -> Request | None:  # noqa: ARG002
        """Return the request for the posting's text where the board keeps it on a page of its own."""
        return None

    def parse_body(self, response: TextResponse) -> RawPosting:
        """Return a RawPosting of the text and the number of images alone."""
        raise NotImplementedError(f"{self.name} asks for a body page and does not read it")
