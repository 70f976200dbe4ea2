"""Which postings a course's mail carries, and why the others are passed over. Pure."""

import heapq
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
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
    """The ids of the postings in the mail, and of those passed over for a reason of this course, best first.

    All others of the market are passed over for the reason of their shelf.
    """

    chosen: tuple[int, ...]
    passed: dict[int, PassedOver]


Shelf = tuple[str, str]  # board, and why a course without a reason of its own passes its postings over


class Market:
    """A track's candidates at a slot (aware), judged and ranked once for all its courses.

    The best stand first: more words matched, fewer days left (the next mailing would be too late for them), newer;
    the id decides at last, so that the order of the candidates never matters. What closes within `margin` of the
    slot is passed over. A choice costs what it reaches, not what the market holds.
    """

    def __init__(self, candidates: Iterable[Candidate], slot: datetime, margin: timedelta = MARGIN) -> None:
        self.ranked = sorted(candidates, key=lambda candidate: _rank(candidate, slot))
        self.places = {each.posting_id: place for place, each in enumerate(self.ranked)}
        self.unfit: dict[int, PassedOver] = {}  # by place; the next two hold places
        self.fit: dict[str, list[int]] = {}
        self.alike: dict[Mark, list[int]] = {}
        self.shelves: dict[Shelf, list[int]] = {}  # ids
        for place, each in enumerate(self.ranked):
            if reason := _unfit(each, slot + margin):
                self.unfit[place] = reason
            else:
                self.fit.setdefault(each.board, []).append(place)
            for mark in each.marks:
                self.alike.setdefault(mark, []).append(place)
            self.shelves.setdefault(self._shelf(place), []).append(each.posting_id)

    def choose(self, quota: Mapping[str, int], memory: Memory = Memory(), per_company: int = PER_COMPANY) -> Choice:
        """Choose a mail's postings within the quota (see Basket) and at most `per_company` of one company."""
        basket = Basket(quota, per_company)
        own = dict.fromkeys(self._remembered(memory), PassedOver.SENT_BEFORE)
        for place in self._in_turn(basket):
            if place in own:
                continue
            if basket.has_enough_of(self.ranked[place]):
                own[place] = PassedOver.COMPANY_QUOTA
            else:
                basket.put(self.ranked[place])
                for copy in self._copies(place):
                    own.setdefault(copy, PassedOver.SAME_POSTING)
        return Choice(tuple(basket.chosen), {self.ranked[place].posting_id: own[place] for place in sorted(own)})

    def by_board(self, choice: Choice) -> dict[Shelf, list[int]]:
        """Return the ids that a choice passes over for reasons of its own by (board, reason), best first."""
        found: dict[Shelf, list[int]] = {}
        for posting_id, reason in choice.passed.items():
            found.setdefault((self.ranked[self.places[posting_id]].board, reason), []).append(posting_id)
        return found

    def left(self, choice: Choice) -> dict[Shelf, int]:
        """Return how many postings of each shelf a choice passes over for the shelf's reason."""
        taken = Counter(self._shelf(self.places[posting_id]) for posting_id in (*choice.chosen, *choice.passed))
        return {shelf: len(ids) - taken[shelf] for shelf, ids in self.shelves.items() if len(ids) > taken[shelf]}

    def _shelf(self, place: int) -> Shelf:
        return self.ranked[place].board, self.unfit.get(place, PassedOver.OVER_QUOTA)

    def _in_turn(self, basket: "Basket") -> Iterator[int]:
        """Yield the fit candidates' places, best first, of boards that have room when their turn comes."""
        reached = heapq.merge(*(self._while_room(board, basket) for board in self.fit))
        return (place for place in reached if basket.has_room(self.ranked[place].board))

    def _while_room(self, board: str, basket: "Basket") -> Iterator[int]:
        return takewhile(lambda _: basket.has_room(board), self.fit[board])

    def _remembered(self, memory: Memory) -> Iterator[int]:
        yield from (self.places[posting_id] for posting_id in memory.posting_ids if posting_id in self.places)
        for mark in memory.marks:
            yield from self.alike.get(mark, ())

    def _copies(self, chosen: int) -> Iterator[int]:
        """Yield the places of the fit candidates after a chosen one that are copies of it."""
        for mark in self.ranked[chosen].marks:
            yield from (place for place in self.alike[mark] if place > chosen and place not in self.unfit)


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
        self.companies: Counter[str] = Counter()

    def has_room(self, board: str) -> bool:
        """Tell whether another posting of a board may come in; once it may not, it never may again."""
        return self.left > 0 and self.room.get(board, self.others) > 0

    def has_enough_of(self, candidate: Candidate) -> bool:
        """Tell whether the mail carries as many postings of the candidate's company as it may."""
        return bool(candidate.company_key) and self.companies[candidate.company_key] >= self.per_company

    def put(self, candidate: Candidate) -> None:
        """Take a candidate in."""
        self.left -= 1
        if candidate.board in self.room:
            self.room[candidate.board] -= 1
        self.chosen.append(candidate.posting_id)
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


def _unfit(candidate: Candidate, earliest_end: datetime) -> PassedOver | None:
    if candidate.closed:
        return PassedOver.CLOSED
    if candidate.bad_link:
        return PassedOver.BAD_LINK
    if candidate.deadline.kind is DeadlineKind.UPCOMING:
        return PassedOver.UPCOMING
    closes = candidate.deadline.at
    return PassedOver.CLOSES_TOO_SOON if closes and closes < earliest_end else None
