"""What the sandbox's boards are filled from: a made-up market, or a folder of saved pages and rows."""

from datetime import datetime
from typing import Protocol

from sandbox.job import Job


class Shelf(Protocol):
    """The postings of all boards at one instant."""

    now: datetime
    label: str  # what a person is told: made up, or replayed

    def listed(self, board: str) -> list[Job]:
        """Return the postings that the board's lists show, newest first."""

    def find(self, board: str, board_id: str) -> Job | None:
        """Return a posting, listed or closed; None when the board never had it or has taken it off."""

    def saved(self, board: str, page: str) -> bytes | None:
        """Return a real page saved under this name ("list-1", "posting-<id>"), as it goes over the wire."""
