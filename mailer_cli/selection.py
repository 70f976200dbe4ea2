"""Which postings a course's mail carries, and why the others are passed over. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf

from jobdb.clock import KST
from jobdb.posting import Deadline, DeadlineKind
from jobdb.tracks import ANY_BOARD

Mark = tuple[str, str] | int  # what copies of a posting share: company and title, folded; the crawler's cluster
MARGIN = timedelta(hours=12)
PER_COMPANY = 2


class PassedOver(StrEnum):
    """Why a posting of the track is not in the mail."""

    SENT_BEFORE = "sent_before"
    CLOSED = "closed"
    CLOSES_TOO_SOON = "closes_too_soon"
    UPCOMING = "upcoming"
    BAD_LINK = "bad_link"  # it does not lead to its board: nobody should click on it
    SAME_POSTING = "same_posting"
    COMPANY_QUOTA = "company_quota"  # the mail carries enough of this company
    OVER_QUOTA = "over_quota"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A posting that the track wants; `words` counts the keywords that matched, `first_seen` is aware."""

    posting_id: int
    board: str
    title: str
    company_key: str
    deadline: Deadline
    words: int
    first_seen: datetime
    closed: bool = False
    bad_link: bool = False
    cluster_id: int | None = None  # the crawler's; None: it is in none

    @property
    def marks(self) -> frozenset[Mark]:
        """Return what this posting has in common with its copies: the crawler's cluster, and company with title."""
        return marks_of(self.cluster_id, self.company_key, self.title)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a course was sent lately: the postings, and their marks, so that a copy does not come a week later."""

    posting_ids: frozenset[int] = frozenset()
    marks: frozenset[Mark] = frozenset()

    @classmethod
    def of(cls, sent: Iterable[tuple[int, int | None, str, str]]) -> "Memory":
        """Return the memory of rows (posting id, cluster id, company key, title)."""
        rows = list(sent)
        marks = frozenset[Mark]().union(*(marks_of(*row[1:]) for row in rows))
        return cls(frozenset(row[0] for row in rows), marks)


@dataclass(frozen=True, slots=True)
class Choice:
    """The ids of the postings in the mail, best first, and of those passed over with the reason, best first too."""

    chosen: tuple[int, ...]
    passed: dict[int, PassedOver]


class Market:
    """A track's candidates at a slot (aware), judged and ranked once for all its courses.

    The best stand first: more words matched, fewer days left (the next mailing would be too late for them), newer;
    the id decides at last, so that the order of the candidates never matters. What closes within `margin` of the
    slot is passed over.
    """

    def __init__(self, candidates: Iterable[Candidate], slot: datetime, margin: timedelta = MARGIN) -> None:
        ranked = sorted(candidates, key=lambda candidate: _rank(candidate, slot))
        self.entries = [(each, each.marks, _unfit(each, slot + margin)) for each in ranked]
        self.boards = {each.posting_id: each.board for each in ranked}

    def choose(self, quota: Mapping[str, int], memory: Memory = Memory(), per_company: int = PER_COMPANY) -> Choice:
        """Choose a mail's postings within the quota (see Basket) and at most `per_company` of one company."""
        basket = Basket(quota, per_company)
        passed: dict[int, PassedOver] = {}
        for candidate, marks, unfit in self.entries:
            reason = _remembered(candidate, marks, memory) or unfit or basket.refuses(candidate, marks)
            if reason is None:
                basket.put(candidate, marks)
            else:
                passed[candidate.posting_id] = reason
        return Choice(tuple(basket.chosen), passed)

    def by_board(self, choice: Choice) -> dict[tuple[str, str], list[int]]:
        """Return what a choice passes over by (board, reason), best first."""
        found: dict[tuple[str, str], list[int]] = {}
        for posting_id, reason in choice.passed.items():
            found.setdefault((self.boards[posting_id], reason), []).append(posting_id)
        return found


def choose(
    candidates: Iterable[Candidate],
    quota: Mapping[str, int],
    slot: datetime,
    memory: Memory = Memory(),
    margin: timedelta = MARGIN,
    per_company: int = PER_COMPANY,
) -> Choice:
    """Choose one mail's postings: a market of one course."""
    return Market(candidates, slot, margin).choose(quota, memory, per_company)


class Basket:
    """What one mail carries so far.

    A quota counts clusters, not rows: board key -> the most of it, ANY_BOARD -> the most in all. Where ANY_BOARD
    stands, boards without a number of their own share what is left; where it does not, they give nothing.
    """

    def __init__(self, quota: Mapping[str, int], per_company: int = PER_COMPANY) -> None:
        self.room = dict(quota)
        self.others = quota.get(ANY_BOARD, 0)
        self.left = quota.get(ANY_BOARD, sum(quota.values()))
        self.per_company = per_company
        self.chosen: list[int] = []
        self.marks: set[Mark] = set()
        self.companies: Counter[str] = Counter()

    def refuses(self, candidate: Candidate, marks: frozenset[Mark]) -> PassedOver | None:
        """Return why a fitting candidate has no place: a copy of it is in, or no room for its board or company."""
        if not marks.isdisjoint(self.marks):
            return PassedOver.SAME_POSTING
        if self.left <= 0 or self.room.get(candidate.board, self.others) <= 0:
            return PassedOver.OVER_QUOTA
        full = candidate.company_key and self.companies[candidate.company_key] >= self.per_company
        return PassedOver.COMPANY_QUOTA if full else None

    def put(self, candidate: Candidate, marks: frozenset[Mark]) -> None:
        """Take a candidate in."""
        self.left -= 1
        if candidate.board in self.room:
            self.room[candidate.board] -= 1
        self.chosen.append(candidate.posting_id)
        self.marks |= marks
        self.companies[candidate.company_key] += 1


def marks_of(cluster_id: int | None, company_key: str, title: str) -> frozenset[Mark]:
    """Return the marks of a posting."""
    named: tuple[str, str] = (company_key, folded(title))
    return frozenset((named,) if cluster_id is None else (named, cluster_id))


def folded(title: str) -> str:
    """Return a title for comparing: letters, digits, + and # alone, without case or width ("C++" is not "C#")."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return "".join(letter for letter in text if letter.isalnum() or letter in "+#") or text


def _rank(candidate: Candidate, slot: datetime) -> tuple[int, float, float, int]:
    closes = candidate.deadline.at
    days_left = (closes.astimezone(KST).date() - slot.astimezone(KST).date()).days if closes else inf
    return -candidate.words, days_left, -candidate.first_seen.timestamp(), candidate.posting_id


def _remembered(candidate: Candidate, marks: frozenset[Mark], memory: Memory) -> PassedOver | None:
    held = candidate.posting_id in memory.posting_ids or not marks.isdisjoint(memory.marks)
    return PassedOver.SENT_BEFORE if held else None


def _unfit(candidate: Candidate, earliest_end: datetime) -> PassedOver | None:
    if candidate.closed:
        return PassedOver.CLOSED
    if candidate.bad_link:
        return PassedOver.BAD_LINK
    if candidate.deadline.kind is DeadlineKind.UPCOMING:
        return PassedOver.UPCOMING
    closes = candidate.deadline.at
    return PassedOver.CLOSES_TOO_SOON if closes and closes < earliest_end else None
