"""What one crawl remembers while it runs, apart from the database: a crawl of several nodes remembers it in Redis."""

from collections.abc import Hashable, Sequence
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobspider.items import RawPosting, Sighting
    from jobspider.store import CrawlStore


class CrawlMemory:
    """The memory of a crawl of one node: its own."""

    def __init__(self) -> None:
        self.likes: dict[Hashable, str] = {}
        self.turns = count(1)

    def look_up(self, store: "CrawlStore", page: str, cards: Sequence["RawPosting"]) -> None:
        """Learn, before the store meets a list page's cards, which of them other nodes have met."""

    def recall(self, board_id: str) -> "Sighting | None":  # noqa: ARG002
        """Return the sighting of a card that another node has met."""
        return None

    def first_like(self, likeness: Hashable, board_id: str) -> str:
        """Return the id of the first posting of a likeness that the crawl has met: this one's, or an earlier one's."""
        return self.likes.setdefault(likeness, board_id)

    def turn(self) -> int:
        """Return how many postings the crawl has chosen to open, this one included."""
        return next(self.turns)

    def may_ask_for_the_unlisted(self) -> bool:
        """Tell whether it falls to this node, at the end of a full crawl, to ask for what no list has shown."""
        return True

    def sum_up(self, store: "CrawlStore", requests: int) -> int | None:  # noqa: ARG002
        """Give the store the counts of all nodes and return all requests; None where another node does so."""
        return requests

    def conclude(self, verdict: str) -> None:
        """Note the crawl's verdict."""
