"""What a board printed, word for word."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from jobdb.posting import PostingState
from jobspider.lasting import lasting_deadline, lasting_posted

_JSON = json.JSONEncoder()


@dataclass(slots=True)
class RawPosting:
    """The words of one posting as its board prints them; "" is a field that the page did not print.

    A list card and a posting page both give one; `merged` lays the page's words over the card's. Cards print their
    conditions as a run of unlabelled words (`conditions`); pages and JSON label theirs (`career`, `education`, …).
    JSON numbers and null are copied as text ("3", "null"), booleans as "true"/"false".
    """

    board: str
    board_id: str
    url: str
    title: str = ""
    company: str = ""
    conditions: list[str] = field(default_factory=list)  # unlabelled, in any order
    deadline: str = ""
    posted: str = ""  # registered or modified, as printed
    career: str = ""
    career_from: str = ""  # years, where the board prints a range of numbers
    career_to: str = ""
    newcomer: str = ""
    education: str = ""
    employment: str = ""
    region: str = ""
    pay: str = ""
    skills: list[str] = field(default_factory=list)
    body: str = ""
    body_images: int = 0
    extra: dict[str, str] = field(default_factory=dict)  # words that this board alone prints

    def merged(self, page: "RawPosting") -> "RawPosting":
        """Return this card with every word that the posting's page printed laid over it."""
        words = {name: value for name, value in page.words().items() if value}
        return RawPosting(**{**self.words(), **words, "extra": {**self.extra, **page.extra}})

    def words(self) -> dict[str, Any]:
        """Return every field by its name; the lists and `extra` are the posting's own, not copies."""
        return dict(zip(FIELDS, _values(self), strict=True))

    def card_hash(self, seen_on: date | None = None) -> str:
        """Return a digest of the card's words; it changes when the board changes the card, and not with the day.

        `seen_on` is the day in Korea on which the board showed it: without one a deadline's words count as printed.
        """
        words = {name: value for name, value in self.words().items() if value}
        words["posted"] = lasting_posted(self.posted)
        words["deadline"] = lasting_deadline(self.deadline, seen_on) if seen_on else self.deadline
        return hashlib.sha256(_JSON.encode(words).encode()).hexdigest()[:32]


FIELDS = tuple(field.name for field in fields(RawPosting))
_values = attrgetter(*FIELDS)


@dataclass(slots=True)
class Verdict:
    """What a board said of a posting that was opened again."""

    posting_id: int
    state: PostingState
    evidence: str
    checked_at: datetime


@dataclass(slots=True)
class Sighting:
    """A card that a list has shown, and what became of it: stored, or the reason for dropping it."""

    title: str
    company: str
    card_hash: str
    outcome: str = ""
