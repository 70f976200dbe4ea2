"""Counts of mails made into rows of figures: shares of what they are counted over, with their intervals. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from jobdb.clock import KST
from mailer_cli.stats.domains import OTHERS
from mailer_cli.stats.intervals import FEW, wilson
from mailer_cli.stats.metrics import METRICS, SENT


@dataclass(frozen=True, slots=True)
class Figure:
    """How many mails of how many; `count` is None where none of them could have shown it."""

    count: int | None
    of: int

    @property
    def rate(self) -> float | None:
        """Return the share, from 0 to 1; None of no mails."""
        return None if self.count is None or not self.of else self.count / self.of

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the share's 95 % interval; None where there is no share."""
        return None if self.rate is None or self.count is None else wilson(self.count, self.of)

    @property
    def few(self) -> bool:
        """Tell whether the mails are so few that the share should not stand without its interval."""
        return self.rate is not None and self.of < FEW


@dataclass(frozen=True, slots=True)
class Mailing:
    """What figures are grouped by, of one edition: its course, the course's track, and its slot (aware)."""

    edition_id: int
    slot: datetime
    course: str
    track: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What was counted of one edition's mails to one domain (as `domains.gathered` names it) on one route.

    `counts` has the keys of METRICS, of their bases, `open_hits`, `click_hits`, and of what was not sent: skipped,
    failed, unknown, waiting. `skipped` is reason -> students.
    """

    edition_id: int
    domain: str
    route: str
    counts: Mapping[str, int]
    skipped: Mapping[str, int] = field(default_factory=dict)


class Counted(NamedTuple):
    """A cell and the edition that it was counted of."""

    mailing: Mailing
    cell: Cell


@dataclass(slots=True)
class Row:
    """One group of mails and everything that was counted of it."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    facts: Mapping[str, str] = field(default_factory=dict)  # of a posting: its board, title, company …

    def add(self, cell: Cell) -> None:
        """Count a cell's mails to the group."""
        self.counts.update(cell.counts)
        self.skipped.update(cell.skipped)

    def figure(self, key: str) -> Figure:
        """Return a metric's figure; that of `sent` is a share of all mails that there could have been."""
        base = METRICS[key].base
        if key == SENT:
            return Figure(self.counts[SENT], self.mails)
        blind = self.counts[SENT] > 0 and self.counts[base] == 0
        return Figure(None if blind else self.counts[key], self.counts[base])

    @property
    def mails(self) -> int:
        """Return how many mails there could have been: every student of an edition has one, sent or not."""
        return sum(self.counts[key] for key in (SENT, *UNSENT))


UNSENT = ("skipped", "failed", "unknown", "waiting")
DIMENSIONS: dict[str, Callable[[Counted], str]] = {
    "edition": lambda at: f"{_when(at.mailing)} {at.mailing.course}",
    "course": lambda at: at.mailing.course,
    "track": lambda at: at.mailing.track,
    "domain": lambda at: at.cell.domain,
    "route": lambda at: at.cell.route,
    "week": lambda at: _monday(at.mailing),
}
LARGEST_FIRST = ("domain", "route")  # the others stand in the order of their names, which is that of time


def total(cells: Iterable[Cell]) -> Row:
    """Return all cells in one row."""
    row = Row("total")
    for cell in cells:
        row.add(cell)
    return row


def rows_by(dimension: str, mailings: Iterable[Mailing], cells: Iterable[Cell]) -> list[Row]:
    """Return the cells added up by one of DIMENSIONS, in the order in which a reader expects them."""
    known, name_of = {mailing.edition_id: mailing for mailing in mailings}, DIMENSIONS[dimension]
    rows: dict[str, Row] = {}
    for cell in cells:
        name = name_of(Counted(known[cell.edition_id], cell))
        rows.setdefault(name, Row(name)).add(cell)
    if dimension in LARGEST_FIRST:
        return sorted(rows.values(), key=lambda row: (row.name == OTHERS, -row.counts[SENT], row.name))
    return sorted(rows.values(), key=lambda row: row.name)


def _when(mailing: Mailing) -> str:
    return mailing.slot.astimezone(KST).strftime("%Y-%m-%d %H:%M")


def _monday(mailing: Mailing) -> str:
    day = mailing.slot.astimezone(KST).date()
    return (day - timedelta(days=day.weekday())).isoformat()
