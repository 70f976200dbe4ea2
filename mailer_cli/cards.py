"""Postings as a mail shows them: each a card of words, in groups by what the reader must decide first. Pure."""

from datetime import date

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.posting import DeadlineKind
from mailer_cli import wording
from mailer_cli.message import EditionMail, MailPosting
from mailer_cli.wording import plain

Card = dict[str, str]


def day(edition: EditionMail) -> date:
    """Return the day in Korea on which an edition goes out."""
    return edition.slot.astimezone(KST).date()


def board_counts(edition: EditionMail) -> list[tuple[str, int]]:
    """Return the boards' names and how many postings of each the edition has."""
    keys = [posting.board for posting in edition.postings]
    return [(board.label, keys.count(board.key)) for board in BOARDS.values() if board.key in keys]


def groups(edition: EditionMail, shown: int) -> list[tuple[str, list[Card]]]:
    """Return the first `shown` postings under their headings; those that close soon stand in that order."""
    today, postings = day(edition), edition.postings[:shown]
    soon = [posting for posting in postings if wording.closes_soon(posting.deadline, today)]
    later = [posting for posting in postings if posting.deadline.at and posting not in soon]
    undated = [posting for posting in postings if not posting.deadline.at]
    soon.sort(key=lambda posting: wording.last_day(posting.deadline.at) if posting.deadline.at else today)
    found = (("곧 마감하는 공고", soon), ("여유 있게 지원할 공고", later), (_undated_title(undated), undated))
    return [(title, [card(posting, edition) for posting in several]) for title, several in found if several]


def card(posting: MailPosting, edition: EditionMail) -> Card:
    """Return a posting's words."""
    today = day(edition)
    details = (wording.region_words(posting.regions), wording.career_words(posting.career))
    return {
        "title": plain(posting.title),
        "company": plain(posting.company, 60),
        "board": BOARDS[posting.board].label,
        "url": posting.url,
        "period": wording.period_words(posting.deadline, today),
        "countdown": wording.countdown(posting.deadline, today),
        "details": plain(" · ".join(detail for detail in details if detail)),
    }


def _undated_title(postings: list[MailPosting]) -> str:
    known = {posting.deadline.kind for posting in postings} <= {DeadlineKind.OPEN_ENDED, DeadlineKind.UNTIL_FILLED}
    return "상시 · 채용 시까지" if known else "상시 · 마감일 미정"
