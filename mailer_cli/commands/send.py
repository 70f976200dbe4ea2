"""`mailer send`."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from jobdb import clock
from jobdb.errors import DataError, OperatorError
from jobdb.tracks import courses
from mailer_cli import approval, screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.dispatch import Run, Standing, standing
from mailer_cli.due import Due
from mailer_cli.errors import UnknownDeliveries
from mailer_cli.records import SENT, DeliveryState, Edition
from mailer_cli.report import tally
from mailer_cli.store import deliveries, editions

UNSENT = (DeliveryState.PLANNED, DeliveryState.READY, DeliveryState.HELD)
EXAMPLES = 'examples: mailer send · mailer send --early --dry-run · mailer send --late "the provider was down"'


@click.command(epilog=EXAMPLES)
@click.option("--early", is_flag=True, help="Send the next slot's mail before its time: a rehearsal.")
@click.option("--late", "late_reason", metavar="REASON", help="Send a slot that is hours old; the reason is kept.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N mails.")
@click.option("--refusals-stale", metavar="REASON", help="Send though the refusals were not read lately; kept.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, after the preflight; send and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs: how it went, as JSON.")
@slot_option("Send this slot alone.")
def send(
    early: bool,
    late_reason: str | None,
    limit: int | None,
    dry_run: bool,
    as_json: bool,
    slot_words: str | None,
    refusals_stale: str | None,
) -> None:
    """Send the checked editions whose slot has come.

    Several may run at once, and any may be killed: no mail is sent twice. What is older than 3 hours is held until
    --late says why. Exit codes: 3 something due waits for a person, 4 the quota or the breaker ended the run, 5 the
    preflight found something amiss, 6 of some mails nobody can tell whether they went (`mailer unknown list`).
    """
    settings, _ = present()
    slot = chosen_slot(slot_words, settings)
    with open_database() as database:
        run = Run(database, settings, courses().tracks, clock.now, refusals_stale=refusals_stale)
        found = run.look(early=early, slot=slot, late=late_reason is not None)
        if not dry_run and (overruled := run.guard(found, late_reason)):
            click.echo(f"{overruled} (overruled)", err=True)
        trouble, settled = _run(run, found, limit, dry_run)
        with database, database.cursor() as on:
            stands = standing(on, found.ready)
        if as_json:
            click.echo(json.dumps(_as_json(found, stands, settled, trouble), ensure_ascii=False, indent=2))
        else:
            _tell(run, found, stands, settled, dry_run, slot)
    _end(found, stands, trouble)


def _run(run: Run, found: Due, limit: int | None, dry_run: bool) -> tuple[OperatorError | None, int]:
    """Check and send what is ready; return what ended it before its time, and how many deliveries were settled."""
    if not found.ready:
        return None, 0
    rate = run.check(found.ready)
    if dry_run:
        return None, 0
    with run.database, run.database.cursor() as on:
        total, _ = deliveries.waiting(on, [edition.id for edition in found.ready])
    with screen.progress("sending", min(total, limit or total)) as bar:
        try:
            run.send(found.ready, rate, limit, bar.advance)
        except OperatorError as error:
            return error, bar.done
        return None, bar.done


def _tell(run: Run, found: Due, stands: Standing, settled: int, dry_run: bool, slot: datetime | None) -> None:
    if run.leftovers:
        click.echo(f"{screen.count(run.leftovers, 'mail')} of a sender that died: unknown, not sent again", err=True)
    if dry_run and found.ready:
        sending = f"{screen.count(stands.waiting, 'mail')} of {screen.count(len(found.ready), 'edition')}"
        click.echo(f"would send {sending} by {run.settings.delivery} (dry run: nothing is sent)")
    elif settled or run.leftovers:
        told = f"{screen.count(len(found.ready), 'edition')}, by {run.settings.delivery}: {tally(stands.states)}"
        click.echo(told)
        if stands.waiting:
            later = f" from {screen.when(stands.retry_at)}" if stands.retry_at else ""
            click.echo(f"{screen.count(stands.waiting, 'mail')} to be tried again{later}: run `mailer send`")
    else:
        _say_nothing_to_do(run, slot)


def _say_nothing_to_do(run: Run, slot: datetime | None) -> None:
    with run.database, run.database.cursor() as on:
        latest = slot or editions.latest_slot(on)
        ids = [edition.id for edition in editions.find(on, slot=latest)] if latest else []
        counts = deliveries.count(on, ids)
    waiting = sum(counts.get(state, 0) for state in UNSENT)
    sent = sum(counts.get(state, 0) for state in SENT)
    told = ["nothing to send now"]
    if latest and sent:
        told.append(f"of {screen.when(latest)}, {screen.count(sent, 'mail')} were sent already")
    if latest and waiting:
        told.append(f"of {screen.when(latest)}, {screen.count(waiting, 'mail')} have not left: `mailer status`")
    click.echo("; ".join(told))


def _as_json(found: Due, stands: Standing, settled: int, trouble: OperatorError | None) -> dict[str, Any]:
    groups = {name: getattr(found, name) for name in ("ready", "late", "unchecked", "paused", "unapproved")}
    return {
        "settled": settled,
        "states": stands.states,
        "waiting": stands.waiting,
        "retry_at": stands.retry_at and stands.retry_at.isoformat(),
        "editions": {name: [edition.id for edition in group] for name, group in groups.items()},
        "stopped": str(trouble) if trouble else None,
    }


def _end(found: Due, stands: Standing, trouble: OperatorError | None) -> None:
    """Raise what an operator must know, the gravest first."""
    if trouble:
        raise trouble
    if waits := _what_waits(found):
        raise DataError("\n".join(waits))
    if stands.unknown:
        told = f"of {screen.count(stands.unknown, 'mail')} nobody can tell whether they went"
        raise UnknownDeliveries(f"{told}; `mailer unknown list` shows them")


def _what_waits(found: Due) -> list[str]:
    waits = []
    if found.late:
        oldest = screen.when(min(edition.slot for edition in found.late))
        waits.append(f'{screen.count(len(found.late), "edition")} from {oldest} on are late; --late "why" sends them')
    if found.unchecked:
        waits.append(
            f"{screen.count(len(found.unchecked), 'edition')} due but not checked lately, or not since their courses' "
            f"last mail; run {_checks(found.unchecked)}"
        )
    if found.paused:
        waits.append(f"{screen.count(len(found.paused), 'edition')} paused; `mailer resume` lets them go on")
    if found.unapproved:
        waits.append(approval.told(found.unapproved))
    return waits


def _checks(unchecked: Sequence[Edition]) -> str:
    slots = dict.fromkeys(f"{edition.slot:%Y-%m-%dT%H:%M}" for edition in unchecked)
    return ", ".join(f"`mailer check --slot {slot}`" for slot in slots)
