"""The registry of boards. A board's key is also its spider, its module, its folder of cases and its database value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Board:
    """A job board: its key, its Korean name, its home page, and the fewest postings that a sane crawl lists.

    `partners` are the homes of other sites on which some of its postings are, without a page on the board itself.
    """

    key: str
    label: str
    home: str
    floor: int
    partners: tuple[str, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        """Return every home that a link to one of its postings may lead to."""
        return (self.home, *self.partners)


WORKNET_PARTNERS = ("https://www.saramin.co.kr", "https://www.jobkorea.co.kr", "https://job.incruit.com")
BOARDS = {
    board.key: board
    for board in (
        Board("saramin", "사람인", "https://www.saramin.co.kr", 20),
        Board("incruit", "인크루트", "https://job.incruit.com", 20),
        Board("wanted", "원티드", "https://www.wanted.co.kr", 20),
        Board("jumpit", "점핏", "https://jumpit.saramin.co.kr", 16),
        Board("worknet", "고용24", "https://www.work24.go.kr", 10, WORKNET_PARTNERS),
    )
}
