"""The registry of boards. A board's key is also its spider, its module, its folder of cases and its database value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Board:
    """A job board: its key, its Korean name, its home page, and the fewest postings that a sane crawl lists."""

    key: str
    label: str
    home: str
    floor: int


BOARDS = {
    board.key: board
    for board in (
        Board("saramin", "사람인", "https://www.saramin.co.kr", 20),
        Board("incruit", "인크루트", "https://job.incruit.com", 20),
        Board("wanted", "원티드", "https://www.wanted.co.kr", 20),
        Board("jumpit", "점핏", "https://jumpit.saramin.co.kr", 16),
    )
}
