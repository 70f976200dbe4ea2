"""`python -m tests.boards.filltable`: how many of the real postings have each field, by board, after normalising."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.posting import Posting
from jobdb.tracks import courses
from jobspider.items import RawPosting
from jobspider.normalise import MalformedPosting, normalise
from jobspider.pages import UnreadablePage
from jobspider.rechecks import pages_of
from jobspider.store import filled_fields
from sandbox.replay import Replay
from tests.boards.fill import SAVED
from tests.loopback import application, opened, walk

NOW = datetime(2024, 12, 14, 9, tzinfo=KST)
FIELDS = ("deadline", "career", "education", "employment", "region", "posted", "body")


def cards(board: str, app, replay: Replay) -> Iterator[RawPosting]:
    """Each posting's card: off the lists, or by its id alone where the board's list prints no more."""
    spider = pages_of(board)()
    if board == "wanted":
        yield from (
            RawPosting(board, job.board_id, f"https://www.wanted.co.kr/wd/{job.board_id}")
            for job in replay.listed(board)
        )
        return
    met = set()
    for entry in courses().walks[board].full:
        for card in walk(app, spider, spider.list_request(entry)):
            if card.board_id not in met:
                met.add(card.board_id)
                yield card


def postings(board: str) -> tuple[list[Posting], Counter[str]]:
    """Read all saved postings of a board the whole way; what could not be read is counted by its cause."""
    replay, trouble = Replay(SAVED, NOW), Counter()
    app = application(import_module(f"sandbox.boards.{board}"), replay)
    found = []
    for card in cards(board, app, replay):
        try:
            found.append(normalise(opened(app, pages_of(board)(), card), NOW))
        except (UnreadablePage, MalformedPosting) as error:
            trouble[str(error)] += 1
    return found, trouble


def main() -> None:
    """Print the table."""
    print(f"{'board':9}{'postings':>9}", *(f"{name:>11}" for name in FIELDS), "  unread")
    for board in BOARDS:
        found, trouble = postings(board)
        filled = Counter(name for posting in found for name in filled_fields(posting))
        shares = (f"{filled[name] / max(1, len(found)):>10.0%} " for name in FIELDS)
        print(f"{board:9}{len(found):>9}", *shares, dict(trouble) or "")


if __name__ == "__main__":
    main()
