"""`mailer plan`."""

from collections import Counter
from datetime import timedelta

import click

from jobdb.errors import OperatorError
from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option, stale_option
from mailer_cli.plan import Planner
from mailer_cli.refusals import mind_refusals
from mailer_cli.report import EditionReport, report, tally
from mailer_cli.slots import misgivings, next_slot
from mailer_cli.store import editions

FARTHEST = timedelta(days=31)  # the postings of today are closed by then


@click.command(epilog="example: mailer plan --slot 2026-11-24")
@slot_option("Plan this slot instead of the next one.")
@stale_option
def plan(slot_words: str | None, stale_reason: str | None) -> None:
    """Choose postings and recipients of the next slot, for every course.

    May be run again: what is not yet sending is planned anew, so that new postings and a new roster count.
    """
    settings, now = present()
    slot = chosen_slot(slot_words, settings) or next_slot(now, settings.slots)
    if slot > now + FARTHEST:
        raise OperatorError(f"{screen.when(slot)} is more than {FARTHEST.days} days ahead; look at the year")
    tracks = courses().tracks
    with open_database() as database:
        with database, database.cursor() as on:
            if problem := mind_refusals(on, settings, now, "plan", stale_reason):
                click.echo(f"{problem} (overruled)", err=True)
        left_alone = Planner(tracks, settings).plan(database, slot, now)
        with database, database.cursor() as on:
            reports = report(on, editions.find(on, slot=slot), tracks)
    screen.table(
        f"planned for {screen.when(slot)}",
        ("course", "edition", "postings #", "passed over", "mails #", "skipped"),
        [_row(entry) for entry in reports],
    )
    for told in misgivings(slot, now, settings.slots):
        click.echo(f"mind {screen.when(slot)}: {told}", err=True)
    if left_alone:
        named = ", ".join(f"{edition.course.name} ({edition.state})" for edition in left_alone)
        click.echo(f"left alone, sending or sent already: {named}")
    states = Counter(entry.state for entry in reports)
    click.echo(f"editions: {tally(states)}; mails: {sum(_mails(entry) for entry in reports)}")


def _row(entry: EditionReport) -> tuple[object, ...]:
    return (
        entry.course,
        entry.standing,
        f"{entry.chosen} of {entry.quota}",
        tally(entry.passed_over),
        _mails(entry),
        tally(entry.skipped),
    )


def _mails(entry: EditionReport) -> int:
    return sum(entry.deliveries.values()) - entry.deliveries["skipped"]
