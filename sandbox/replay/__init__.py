"""Real postings on the sandbox's boards: saved pages served as they are, saved rows in their board's own format."""

from datetime import datetime
from functools import cached_property
from pathlib import Path

from sandbox.job import Job
from sandbox.replay import incruit, jumpit, saramin, wanted, worknet

READERS = {"saramin": saramin, "incruit": incruit, "wanted": wanted, "jumpit": jumpit, "worknet": worknet}


class Replay:
    """A folder of saved pages and rows, one subfolder for each board."""

    label = "replayed from saved pages and rows"

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now

    def listed(self, board: str) -> list[Job]:
        """Return the saved postings of the board in the order of their files; none is taken for closed."""
        return list(self._jobs[board].values())

    def find(self, board: str, board_id: str) -> Job | None:
        """Return a saved posting."""
        return self._jobs[board].get(board_id)

    def saved(self, board: str, page: str) -> bytes | None:
        """Return a page saved whole, as it went over the wire."""
        return READERS[board].page(self.folder / board, page)

    @cached_property
    def _jobs(self) -> dict[str, dict[str, Job]]:
        return {
            board: {job.board_id: job for job in reader.jobs(self.folder / board)} for board, reader in READERS.items()
        }
