"""One run of `mailer send`: what is due, the preflight, the senders side by side, and how it stands afterwards."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from jobdb import db
from jobdb.errors import DataError, OperatorError
from jobdb.tracks import Track
from mailer_cli import approval
from mailer_cli.config import MailSettings
from mailer_cli.crew import Crew
from mailer_cli.delivery import DELIVERIES, DeliveryError
from mailer_cli.due import Due, due
from mailer_cli.errors import SendingStopped
from mailer_cli.pace import Pace
from mailer_cli.preflight import preflight, refuse_made_up_mail
from mailer_cli.records import Edition
from mailer_cli.refusals import mind_refusals
from mailer_cli.send import Mailing
from mailer_cli.store import deliveries, holds, home

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

SERIAL = {"outbox"}  # ways that one sender at a time is enough for


@dataclass(slots=True)
class Run:
    """What a run goes by; `clock` is asked for the present before each mail."""

    database: "connection"
    settings: MailSettings
    tracks: Mapping[str, Track]
    clock: Callable[[], datetime]
    stop: threading.Event = field(default_factory=threading.Event)
    refusals_stale: str | None = None  # why an operator sends though the refusals were not read lately
    leftovers: int = 0

    def look(self, *, early: bool, slot: datetime | None, late: bool) -> Due:
        """Return what is due; raises when nothing may leave this database or this machine."""
        with self.database, self.database.cursor() as on:
            refuse_restored(on)
            refuse_made_up_mail(on, self.settings)
            found = due(on, self.clock(), self.settings, early=early, slot=slot, late=late)
            waiting = approval.waiting(on, found.ready, self.tracks, self.settings)
        ready = tuple(edition for edition in found.ready if edition not in waiting)
        return replace(found, ready=ready, unapproved=waiting)

    def check(self, ready: Sequence[Edition]) -> float | None:
        """Return the rate of the way out; NotReady names everything that is amiss."""
        way = DELIVERIES[self.settings.delivery](self.settings)
        with contextlib.closing(way) as delivery, self.database, self.database.cursor() as on:
            excused = self.refusals_stale is not None
            return preflight(on, ready, delivery, self.settings, self.tracks, self.clock(), refusals_excused=excused)

    def guard(self, found: Due, late_reason: str | None) -> str | None:
        """Hold what is late, let out what somebody said why of, and keep the reasons.

        Returns what was overruled about the refusals, or None.
        """
        overruled = None
        with self.database, self.database.cursor() as on:
            if self.refusals_stale:
                overruled = mind_refusals(on, self.settings, self.clock(), "send", self.refusals_stale)
            holds.hold(on, _ids(found.late), "late", self.clock())
            if late_reason:
                holds.let_out_late(on, _ids(found.ready), late_reason, self.clock())
        return overruled

    def send(self, ready: Sequence[Edition], rate: float | None, limit: int | None, settled: Callable[[], None]) -> int:
        """Send editions and return how many deliveries were settled.

        SendingStopped when a quota, the rate or the breaker ended the run; OperatorError when a refusal by the
        provider did that a person must mend. What was left stays ready or held.
        """
        with self._mailings(_ids(ready), rate) as mailings:
            crew = Crew(mailings, self.clock, settled, limit, self.stop)
            try:
                self.leftovers = sum(mailing.begin(self.clock()) for mailing in mailings)
                mailings[0].look_for_harm(self.clock())
                return crew.run()
            except DeliveryError as error:
                if error.quota:
                    raise SendingStopped(f"sending stopped: {error}; run `mailer send` again tomorrow") from error
                raise OperatorError(f"sending stopped: {error}; mend it and run `mailer send` again") from error
            finally:
                mailings[0].finish()

    @contextlib.contextmanager
    def _mailings(self, ids: list[int], rate: float | None) -> Iterator[list[Mailing]]:
        way, address = self.settings.delivery, db.url()
        with contextlib.ExitStack() as open_things:
            mailings: list[Mailing] = []
            for number in range(1 if way in SERIAL else self.settings.at_once):
                database = open_things.enter_context(contextlib.closing(db.open_database(address)))
                delivery = mailings[-1].delivery if mailings else None
                if delivery is None or number % delivery.at_most == 0:
                    delivery = open_things.enter_context(contextlib.closing(DELIVERIES[way](self.settings)))
                pace = Pace(database, way, rate, self.stop.wait) if rate else None
                mailings.append(Mailing(database, delivery, self.settings, self.tracks, ids, pace=pace))
            yield mailings


@dataclass(frozen=True, slots=True)
class Standing:
    """How the deliveries of some editions stand after a run."""

    states: dict[str, int]
    waiting: int
    retry_at: datetime | None

    @property
    def unknown(self) -> int:
        """Return of how many mails nobody can tell whether they went."""
        return self.states.get("unknown", 0)


def standing(on: "cursor", editions: Sequence[Edition]) -> Standing:
    """Return how editions stand."""
    waiting, retry_at = deliveries.waiting(on, _ids(editions))
    return Standing(deliveries.count(on, _ids(editions)), waiting, retry_at)


def refuse_restored(on: "cursor") -> None:
    """Raise DataError while this database is one that was restored from a backup and nobody adopted."""
    if home.is_restored(on):
        raise DataError(
            "this database was restored from a backup, or moved to another server: mails that were sent since the "
            'backup look unsent in it; `mailer recover --adopt "why"` says what to do'
        )


def _ids(editions: Sequence[Edition]) -> list[int]:
    return [edition.id for edition in editions]
