"""Messages → events in the database, a transaction a batch, and all that follows from them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.errors import DeadlockDetected, ForeignKeyViolation

from jobdb.errors import first_line
from mailer_cli import breaker
from mailer_cli.clicklinks import ClickLinks
from mailer_cli.config import MailSettings
from mailer_cli.effects import Effects, accept, judge, settle
from mailer_cli.events.reading import read, unreadable
from mailer_cli.events.told import Event, Ignored, Told, Unreadable
from mailer_cli.store import eventreaders, events
from mailer_cli.store.events import Mail, Stored
from mailer_cli.taken import Taken

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

TRIES = 5  # of a batch that met a sender in a deadlock, or lost a mail that was planned anew meanwhile


class Listener:
    """Takes batches of messages into a database; several may at the same time, each with a connection of its own."""

    def __init__(self, database: "connection", settings: MailSettings) -> None:
        self.database = database
        self.links = ClickLinks(settings)

    def take(self, bodies: Sequence[str], now: datetime) -> Taken:
        """Store what messages tell, and all that follows from it, in one transaction; then look for harm.

        Never raises for what a message holds: what is no event is kept aside, and so is one that the database refuses.
        """
        try:
            return self._take([read(body) for body in bodies], now)
        except psycopg2.DataError as error:
            if len(bodies) == 1:
                return self._take([unreadable(f"the database: {first_line(error)}", bodies[0])], now)
        taken = self.take(bodies[: len(bodies) // 2], now)
        taken.add(self.take(bodies[len(bodies) // 2 :], now))
        return taken

    def catch_up(self, now: datetime) -> Taken:
        """Let stored events count that could not when they came: their mail was not known, or could not move."""
        with self.database, self.database.cursor() as on:
            events.one_at_a_time(on)
            late, stuck = events.find_owners(on), events.of_unknown(on)
            taken, effects = self._follow(on, stuck, now, late) if stuck or late else (Taken(), Effects())
        return self._look_for_harm(taken, effects, now)

    def _take(self, told: Sequence[Told], now: datetime) -> Taken:
        for _ in range(TRIES - 1):
            try:
                return self._store(told, now)
            except (DeadlockDetected, ForeignKeyViolation):
                continue
        return self._store(told, now)

    def _store(self, told: Sequence[Told], now: datetime) -> Taken:
        # of two shapes of one happening, the one that names its mail
        telling = sorted((each for each in told if isinstance(each, Event)), key=lambda each: len(each.delivery_ids))
        found = {each.digest: each for each in telling}
        unread = {each.digest: each for each in told if isinstance(each, Unreadable)}
        with self.database, self.database.cursor() as on:
            events.one_at_a_time(on)
            owners = _owners(on, found.values())
            stored = self._write(on, found, owners, now)
            ours = [event for event, _ in stored if event.delivery_id]
            taken, effects = self._follow(on, ours, now) if ours else (Taken(), Effects())
            taken.unreadable = events.keep_unread(
                on, [(each.digest, each.problem, each.body) for each in unread.values()], now
            )
        new = [event for event, is_new in stored if is_new]
        taken.received, taken.new = len(told), Counter(event.kind for event in new)
        taken.unmatched = sum(not event.delivery_id for event in new)
        taken.ignored = Counter(each.why for each in told if isinstance(each, Ignored))
        taken.repeated = len(told) - len(new) - taken.unreadable - taken.ignored.total()
        return self._look_for_harm(taken, effects, now)

    def _write(
        self, on: "cursor", found: dict[bytes, Event], owners: dict[bytes, Mail], now: datetime
    ) -> list[tuple[Stored, bool]]:
        """Store events and return those that tell something, and whether they are new; of no mail: an empty id."""
        if not found:
            return []
        self.links.learn(on, {owners[key].edition_id for key, event in found.items() if event.url and key in owners})
        rows = {key: self._row(event, owners.get(key)) for key, event in found.items()}
        fresh = events.write(on, rows.values(), now)
        return [(rows[key].stored, fresh[key]) for key in sorted(fresh)]

    def _row(self, event: Event, owner: Mail | None) -> events.Row:
        detail, link, posting_id = event.detail, None, None
        if event.verdict:
            detail = detail | {"agent": event.verdict.why}
        if event.kind == "click":
            key, link, posting_id = self.links.of(event.url, owner.edition_id if owner else None)
            detail = detail | {"link": key}
        stored = Stored(
            event.digest, event.kind, event.source, event.at, event.message_id, detail,
            owner.delivery_id if owner else "",
        )  # fmt: skip
        return events.Row(stored, event.verdict, link, posting_id)

    def _follow(
        self, on: "cursor", happened: Sequence[Stored], now: datetime, late: Sequence[Stored] = ()
    ) -> tuple[Taken, Effects]:
        """Apply events to their mails, with the late ones: those that were stored before their mail was known."""
        mails = events.mails(on, {event.delivery_id for event in [*happened, *late]})
        accepted = accept(on, [*happened, *late], mails, now)
        found = events.find_owners(on, {event.message_id for event in happened if event.message_id})
        mails |= events.mails(on, {event.delivery_id for event in found} - mails.keys())
        accepted += accept(on, found, mails, now)
        self._link(on, [*late, *found], mails)
        together = [*happened, *late, *found]
        judge(on, together)
        effects = settle(on, together, mails, now)
        return Taken(accepted=accepted, suppressed=effects.suppressed), effects

    def _link(self, on: "cursor", happened: Iterable[Stored], mails: dict[str, Mail]) -> None:
        """Say what clicks led to that were stored before their mail was known."""
        clicks = [event for event in happened if event.kind == "click"]
        self.links.learn(on, {mails[event.delivery_id].edition_id for event in clicks})
        for event in clicks:
            posting_id = self.links.posting(event.detail["link"], mails[event.delivery_id].edition_id)
            if posting_id is not None:
                eventreaders.link(on, event.digest, "posting", posting_id)

    def _look_for_harm(self, taken: Taken, effects: Effects, now: datetime) -> Taken:
        """Hold what is left of editions that do harm, after the batch was committed: senders wait for its rows."""
        if effects.harmed:
            with self.database, self.database.cursor() as on:
                cause = breaker.trip_by_harm(on, sorted(effects.harmed), now)
            taken.tripped += [cause] if cause else []
        return taken


def _owners(on: "cursor", found: Collection[Event]) -> dict[bytes, Mail]:
    """Return digest -> mail of the events whose mail is known: by our tag, our header, then the provider's id."""
    named = events.mails(on, {delivery_id for event in found for delivery_id in event.delivery_ids})
    owners = {
        event.digest: named[delivery_id]
        for event in found
        for delivery_id in reversed(event.delivery_ids)
        if delivery_id in named
    }
    message_ids = {event.message_id for event in found if event.message_id and event.digest not in owners}
    by_message = events.mails_by_message(on, message_ids) if message_ids else {}
    return owners | {
        event.digest: by_message[event.message_id]
        for event in found
        if event.digest not in owners and event.message_id in by_message
    }
