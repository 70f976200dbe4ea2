"""`mailer send`."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from jobdb import clock
from jobdb.errors import DataError, OperatorError
from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.config import MailSettings
from mailer_cli.delivery import DELIVERIES, DeliveryError
from mailer_cli.due import Due, due
from mailer_cli.preflight import refuse_made_up_mail
from mailer_cli.records import Edition
from mailer_cli.report import tally
from mailer_cli.send import Mailing
from mailer_cli.store import deliveries, editions

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@click.command(epilog='examples: mailer send · mailer send --early · mailer send --late "the provider was down"')
@click.option("--early", is_flag=True, help="Send the next slot's mail before its time: a rehearsal.")
@click.option("--late", "late_reason", metavar="REASON", help="Send a slot that is hours old; the reason is kept.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N mails.")
@slot_option("Send this slot alone.")
def send(early: bool, late_reason: str | None, limit: int | None, slot_words: str | None) -> None:
    """Send the checked editions whose slot has come.

    Several may run at once, and any may be killed: no mail is sent twice. What is older than 3 hours waits for --late.
    """
    settings, now = present()
    slot = chosen_slot(slot_words, settings)
    with open_database() as database:
        with database, database.cursor() as on:
            refuse_made_up_mail(on, settings)
            found = due(on, now, settings, early=early, slot=slot, late=late_reason is not None)
            if late_reason:
                editions.let_out_late(on, [edition.id for edition in found.ready], late_reason)
        sent = _send(database, settings, found.ready, limit) if found.ready else 0
        if not sent:
            _say_nothing_to_do(database, slot)
    _say_what_waits(found)


def _send(database: "connection", settings: MailSettings, ready: Sequence[Edition], limit: int | None) -> int:
    """Send what is ready; print the counts by state; return how many deliveries were settled."""
    ids = [edition.id for edition in ready]
    with contextlib.closing(DELIVERIES[settings.delivery](settings)) as delivery:
        mailing = Mailing(database, delivery, settings, courses().tracks, ids)
        if leftovers := mailing.begin(clock.now()):
            click.echo(f"{screen.count(leftovers, 'mail')} of a sender that died: unknown, not sent again", err=True)
        try:
            settled = _loop(database, mailing, limit)
        except DeliveryError as error:
            raise OperatorError(f"sending stopped: {error}; mend it and run `mailer send` again") from error
        finally:
            mailing.finish()
    with database, database.cursor() as on:
        states, (waiting, retry_at) = deliveries.count(on, ids), deliveries.waiting(on, ids)
    if settled:
        click.echo(f"{screen.count(len(ids), 'edition')}, by {settings.delivery}: {tally(states)}")
    if waiting:
        click.echo(f"{screen.count(waiting, 'mail')} to be tried again{_from(retry_at)}: run `mailer send`")
    return settled


def _loop(database: "connection", mailing: Mailing, limit: int | None) -> int:
    with database, database.cursor() as on:
        total, _ = deliveries.waiting(on, mailing.edition_ids)
    settled = 0
    with screen.progress("sending", min(total, limit or total)) as bar:
        while (limit is None or settled < limit) and mailing.send_one(clock.now()):
            settled += 1
            bar.advance()
    return settled


def _from(instant: datetime | None) -> str:
    return f" from {screen.when(instant)}" if instant else ""


def _say_nothing_to_do(database: "connection", slot: datetime | None) -> None:
    with database, database.cursor() as on:
        latest = slot or editions.latest_slot(on)
        ids = [edition.id for edition in editions.find(on, slot=latest)] if latest else []
        accepted = deliveries.count(on, ids).get("accepted", 0)
    told = f"; of {screen.when(latest)}, {screen.count(accepted, 'mail')} were sent already" if latest else ""
    click.echo(f"nothing to send now{told}")


def _say_what_waits(found: Due) -> None:
    problems = []
    if found.late:
        oldest = screen.when(min(edition.slot for edition in found.late))
        problems.append(
            f'{screen.count(len(found.late), "edition")} from {oldest} on are late; --late "why" sends them'
        )
    if found.unchecked:
        problems.append(f"{screen.count(len(found.unchecked), 'edition')} due but never checked; run `mailer check`")
    if problems:
        raise DataError("\n".join(problems))
