"""What events change: how far mails have come, who read them, and which addresses are not to be mailed again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.events import meaning
from mailer_cli.events.agents import by_rule
from mailer_cli.events.readers import BURST, MOMENT, Reading, judged
from mailer_cli.records import DeliveryState
from mailer_cli.store import attempts, eventreaders, eventstates, eventsuppressions
from mailer_cli.store.attempts import PROVABLE
from mailer_cli.store.events import Mail, Stored
from mailer_cli.store.suppressions import PERSONAL

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

HARM = {DeliveryState.BOUNCED_HARD, DeliveryState.COMPLAINED}
# Whoever has the mail composed, such as by `mailer preview`, loads its logo too: a hit proves that a mail went only
# where it may have gone.
PROVABLE_BY_HIT = {"sending", "unknown", "abandoned"}


@dataclass(slots=True)
class Effects:
    """What a batch changed: editions with new bounces or complaints, (address, reason) newly suppressed."""

    harmed: set[int] = field(default_factory=set)
    suppressed: list[tuple[str, str]] = field(default_factory=list)


def accept(on: "cursor", happened: Iterable[Stored], mails: dict[str, Mail], now: datetime) -> int:
    """Take what proves that a mail went for that, in the deliveries' order; return how many were news."""
    proofs: dict[str, str | None] = {}
    for event in sorted(happened, key=lambda event: (event.delivery_id, event.message_id is None, event.at)):
        if _proves(event, mails[event.delivery_id]):
            proofs.setdefault(event.delivery_id, event.message_id)
    news = [attempts.accept_by_event(on, delivery_id, found, now) for delivery_id, found in proofs.items()]
    named = {
        event.delivery_id: event.message_id
        for event in happened
        if event.message_id and mails[event.delivery_id].message_id is None
    }
    eventstates.name(on, named)
    return sum(news)


def _proves(event: Stored, mail: Mail) -> bool:
    if event.source == "endpoint":
        return mail.state in PROVABLE_BY_HIT
    return mail.state in PROVABLE and meaning.state_of(event.kind, event.detail) is not None


def settle(on: "cursor", happened: Sequence[Stored], mails: dict[str, Mail], now: datetime) -> Effects:
    """Move the mails that events tell of, and suppress the addresses that they end mail to."""
    states: dict[str, DeliveryState] = {}
    for event in happened:
        state = meaning.state_of(event.kind, event.detail) if event.source == "ses" else None
        strongest = meaning.stronger(states.get(event.delivery_id), state)
        if strongest and strongest is not DeliveryState.ACCEPTED:
            states[event.delivery_id] = strongest
    moved = eventstates.move(on, states, now) if states else []
    suppressed = eventsuppressions.suppress(on, [*_ended(happened, mails), *_resting(on, happened, mails)])
    return Effects({edition_id for edition_id, state in moved if state in HARM}, suppressed)


def _ended(happened: Iterable[Stored], mails: dict[str, Mail]) -> Iterable[eventsuppressions.Row]:
    for event in happened:
        if reason := meaning.suppression_of(event.kind, event.detail):
            told, mail = meaning.words_of(event.kind, event.detail), mails[event.delivery_id]
            for address in {mail.address, mail.address_today} if reason in PERSONAL else {mail.address}:
                yield address, reason, told, event.at, None


def _resting(on: "cursor", happened: Iterable[Stored], mails: dict[str, Mail]) -> Iterable[eventsuppressions.Row]:
    full = [mails[event.delivery_id] for event in happened if meaning.is_full(event.kind, event.detail)]
    mailboxes = {(mail.course_id, mail.address) for mail in full}
    if not mailboxes:
        return
    found: dict[tuple[int, str], dict[int, datetime | None]] = defaultdict(dict)
    for course_id, address, edition_id, at, detail in eventsuppressions.bounces(on, mailboxes):
        editions = found[course_id, address]
        editions[edition_id] = editions.get(edition_id) or (at if at and meaning.is_full("bounce", detail) else None)
    for (_, address), editions in found.items():
        for since, until in meaning.rests(list(editions.values())):
            yield address, "mailbox_full", f"{meaning.IN_A_ROW} editions in a row", since, until


def judge(on: "cursor", happened: Sequence[Stored]) -> None:
    """Say who read, of new openings and clicks and of those that new events put in another light."""
    arrived = {event.delivery_id for event in happened if event.kind in ("delivery", "send")}
    rows = eventreaders.readings(on, [event.digest for event in happened if event.kind in ("open", "click")], arrived)
    clicked = [(event.delivery_id, event.at) for event in happened if event.kind == "click"]
    near = eventreaders.clicks_about(on, clicked, 2 * MOMENT) if clicked else []
    mails: dict[str, dict[int, eventreaders.Row]] = defaultdict(dict)
    for row in [*rows, *near]:
        mails[row[1]][row[0]] = row
    arrivals = eventreaders.delivered_at(on, list(mails)) if mails else {}
    verdicts = [
        verdict
        for delivery_id, found in mails.items()
        for verdict in _changed(found, arrivals.get(delivery_id), whole=delivery_id in arrived)
    ]
    if verdicts:
        eventreaders.judge(on, verdicts)


def _changed(
    rows: dict[int, eventreaders.Row], delivered_at: datetime | None, *, whole: bool
) -> Iterable[tuple[int, str, str]]:
    """Yield (event, reader, why) where it is not as stored; seen in part, no click is taken out of a burst."""
    readings = [
        Reading(key, at, by_rule(agent, kind), link if kind == "click" else None)
        for key, _, kind, at, agent, link, _ in rows.values()
    ]
    for reading, verdict in judged(readings, delivered_at):
        before = rows[reading.id][6]
        if verdict.why != before and (whole or before != BURST.why):
            yield reading.id, verdict.reader, verdict.why
