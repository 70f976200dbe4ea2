"""What the mails of a time achieved: the database's counts, gathered once, as the rows that every output shows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from jobdb.clock import KST
from jobdb.errors import OperatorError
from mailer_cli.config import MailSettings
from mailer_cli.routes import route_of
from mailer_cli.stats.domains import gathered
from mailer_cli.stats.figures import Cell, Mailing, Row, rows_by, total
from mailer_cli.stats.metrics import CLICKS, METRICS, TRACKED
from mailer_cli.stats.views import View
from mailer_cli.store import clicks as click_store
from mailer_cli.store import figures as standing
from mailer_cli.store import stats as store

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

OF_ENDPOINT = {metric.key for metric in METRICS.values() if metric.base == TRACKED} | {"open_hits"}
UNSENT = {"skipped": "skipped", "failed": "failed", "unknown": "unknown", "abandoned": "unknown"}  # others wait


@dataclass(frozen=True, slots=True)
class Scope:
    """Which mailings are counted: those of slots on two days and between (Korea's), of some courses and tracks, or all.

    What came back of a mail counts for its slot, whenever it came.
    """

    first: date | None = None
    last: date | None = None
    courses: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was counted within a scope; views are made of it without asking for the mails again."""

    scope: Scope
    mailings: list[Mailing]
    cells: list[Cell]
    places: dict[str, store.Place]
    made_up: bool  # the postings are the sandbox's
    strays: tuple[int, int]  # events that belong to no mail of ours, messages that could not be read; of all time
    total: Row = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", total(self.cells))

    def view(self, by: str) -> View:
        """Return the figures by one of figures.DIMENSIONS."""
        return View(by, tuple(METRICS), rows_by(by, self.mailings, self.cells))

    def clicks(self, on: "cursor", by: str, top: int | None = None) -> View:
        """Return the `top` most clicked (None: all) postings, boards, words or links."""
        mails = {mailing.edition_id: [0, 0] for mailing in self.mailings}
        for cell in self.cells:
            mails[cell.edition_id][0] += cell.counts["sent"]
            mails[cell.edition_id][1] += cell.counts["noticed"]
        blind = [domain for domain, (_, route) in self.places.items() if route != "default"]
        found = click_store.clicks(on, by, {key: (sent, told) for key, (sent, told) in mails.items()}, blind, top)
        rows = [Row(str(counts.pop("key")), Counter(counts)) for counts in found]
        return View(by, CLICKS, _with_facts(on, rows) if by == "posting" else rows)


def results(on: "cursor", settings: MailSettings, scope: Scope) -> Results:
    """Count everything within a scope; OperatorError when no mailing is in it."""
    mailings = [Mailing(*row) for row in store.mailings(on, *_instants(scope), scope.courses, scope.tracks)]
    if not mailings:
        raise OperatorError(f"no mailing {_within(scope)}; `mailer plan` makes them, `mailer status` shows the latest")
    ids = [mailing.edition_id for mailing in mailings]
    recipients = store.recipients(on, ids)
    names = gathered(recipients)
    places: dict[str, store.Place] = {
        domain: (names[domain], route_of(f"@{domain}", settings.chunjae_domains)) for domain in recipients
    }
    cells = [*_sent(on, mailings, places), *_unsent(on, ids, places)]
    return Results(scope, mailings, cells, places, standing.holds_made_up_postings(on), store.strays(on))


def _sent(on: "cursor", mailings: Sequence[Mailing], places: dict[str, store.Place]) -> Iterator[Cell]:
    """Yield what was sent; mails from before the endpoint was there carry no tracked logo and no link of ours."""
    since = store.tracked_since(on)
    slots = {mailing.edition_id: mailing.slot for mailing in mailings}
    for counts in store.sent(on, list(slots), places):
        edition_id, name, route = counts.pop("edition_id"), counts.pop("name"), counts.pop("route")
        tracked = since is not None and slots[edition_id] >= since
        kept = {key: count or 0 for key, count in counts.items() if tracked or key not in OF_ENDPOINT}
        yield Cell(edition_id, name, route, Counter(kept | {TRACKED: counts["sent"] if tracked else 0}))


def _unsent(on: "cursor", edition_ids: list[int], places: dict[str, store.Place]) -> Iterator[Cell]:
    for edition_id, name, route, state, reason, count in store.unsent(on, edition_ids, places):
        skipped = {reason: count} if state == "skipped" else {}
        yield Cell(edition_id, name, route, Counter({UNSENT.get(state, "waiting"): count}), skipped)


def _with_facts(on: "cursor", rows: list[Row]) -> list[Row]:
    facts = click_store.about(on, [int(row.name) for row in rows])
    return [replace(row, facts=facts[int(row.name)]) for row in rows]


def _instants(scope: Scope) -> tuple[datetime | None, datetime | None]:
    end = scope.last + timedelta(days=1) if scope.last else None
    return _midnight(scope.first), _midnight(end)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(0), KST) if day else None


def _within(scope: Scope) -> str:
    told = [f"from {scope.first}" if scope.first else "", f"to {scope.last}" if scope.last else ""]
    told += [f"of {', '.join(scope.courses)}"] if scope.courses else []
    told += [f"of the track {', '.join(scope.tracks)}"] if scope.tracks else []
    return " ".join(filter(None, told)) or "was planned yet"
