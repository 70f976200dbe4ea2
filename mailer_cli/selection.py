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

Cluster = tuple[str, str]  # company and title, folded: the same job on several boards


class PassedOver(StrEnum):
    """Why a posting of the track is not in the mail."""

    SENT_BEFORE = "sent_before"
    CLOSED = "closed"
    CLOSES_TOO_SOON = "closes_too_soon"
    UPCOMING = "upcoming"
    BAD_LINK = "bad_link"  # it does not lead to its board: nobody should click on it
    SAME_POSTING = "same_posting"
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

    @property
    def cluster(self) -> Cluster:
        """Return what this posting has in common with its copies on other boards."""
        return self.company_key, folded(self.title)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a course was sent lately: the postings, and the clusters, so that a copy does not come a week later."""

    posting_ids: frozenset[int] = frozenset()
    clusters: frozenset[Cluster] = frozenset()

    @classmethod
    def of(cls, sent: Iterable[tuple[int, str, str]]) -> "Memory":
        """Return the memory of rows (posting id, company key, title)."""
        rows = list(sent)
        clusters = frozenset((company_key, folded(title)) for _, company_key, title in rows)
        return cls(frozenset(posting_id for posting_id, _, _ in rows), clusters)

    def holds(self, candidate: Candidate) -> bool:
        """Tell whether the course was sent this posting or a copy of it."""
        return candidate.posting_id in self.posting_ids or candidate.cluster in self.clusters


@dataclass(frozen=True, slots=True)
class Choice:
    """The ids of the postings in the mail, best first, and of those passed over with the reason."""

    chosen: tuple[int, ...]
    passed: dict[int, PassedOver]


def choose(
    candidates: Iterable[Candidate],
    quota: Mapping[str, int],
    slot: datetime,
    memory: Memory = Memory(),
    margin: timedelta = timedelta(hours=12),
) -> Choice:
    """Choose the mail's postings within the quota: board key (or ANY_BOARD) -> the most.

    The best stand first: more words matched, fewer days left (the next mailing would be too late for them), newer;
    the id decides at last, so that the order of the candidates never matters. What closes within `margin` of the
    slot (aware) is passed over.
    """
    basket = Basket(quota)
    passed: dict[int, PassedOver] = {}
    for candidate in sorted(candidates, key=lambda candidate: _rank(candidate, slot)):
        reason = _unfit(candidate, slot + margin, memory) or basket.refuses(candidate)
        if reason is None:
            basket.put(candidate)
        else:
            passed[candidate.posting_id] = reason
    return Choice(tuple(basket.chosen), passed)


class Basket:
    """What one mail carries so far."""

    def __init__(self, quota: Mapping[str, int]) -> None:
        self.room = Counter(quota)
        self.chosen: list[int] = []
        self.clusters: set[Cluster] = set()

    def refuses(self, candidate: Candidate) -> PassedOver | None:
        """Return why a fitting candidate has no place: a copy of it is in, or its board's room is used up."""
        if candidate.cluster in self.clusters:
            return PassedOver.SAME_POSTING
        return None if self.room[self._shelf(candidate)] > 0 else PassedOver.OVER_QUOTA

    def put(self, candidate: Candidate) -> None:
        """Take a candidate in."""
        self.room[self._shelf(candidate)] -= 1
        self.chosen.append(candidate.posting_id)
        self.clusters.add(candidate.cluster)

    def _shelf(self, candidate: Candidate) -> str:
        return ANY_BOARD if ANY_BOARD in self.room else candidate.board


def folded(title: str) -> str:
    """Return a title for comparing: letters, digits, + and # alone, without case or width ("C++" is not "C#")."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return "".join(letter for letter in text if letter.isalnum() or letter in "+#") or text


def _rank(candidate: Candidate, slot: datetime) -> tuple[int, float, float, int]:
    closes = candidate.deadline.at
    days_left = (closes.astimezone(KST).date() - slot.astimezone(KST).date()).days if closes else inf
    return -candidate.words, days_left, -candidate.first_seen.timestamp(), candidate.posting_id


def _unfit(candidate: Candidate, earliest_end: datetime, memory: Memory) -> PassedOver | None:
    if memory.holds(candidate):
        return PassedOver.SENT_BEFORE
    if candidate.closed:
        return PassedOver.CLOSED
    if candidate.bad_link:
        return PassedOver.BAD_LINK
    if candidate.deadline.kind is DeadlineKind.UPCOMING:
        return PassedOver.UPCOMING
    closes = candidate.deadline.at
    return PassedOver.CLOSES_TOO_SOON if closes and closes < earliest_end else None
