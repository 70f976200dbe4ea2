"""`mailer check`."""

from datetime import timedelta

import click

from jobdb.tracks import courses
from mailer_cli import approval, links, screen
from mailer_cli.check import CHECKABLE, Check
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.plan import Planner
from mailer_cli.report import EditionReport, report, tally
from mailer_cli.store import editions


@click.command(epilog="example: mailer check")
@slot_option("Check this slot alone instead of all planned ones.")
def check(slot_words: str | None) -> None:
    """Open the chosen postings again on their boards; closed ones give way to the next.

    A posting that was opened within 3 hours is not opened again. Trouble on the way is not closed: the posting stays.
    """
    settings, now = present()
    slot, tracks = chosen_slot(slot_words, settings), courses().tracks
    after = None if slot else now - timedelta(hours=settings.late_after_hours)
    with open_database() as database:
        with database, database.cursor() as on:
            checkable = editions.find(on, CHECKABLE, slot=slot, after=after)
        if not checkable:
            which = f"no edition of {screen.when(slot)}" if slot else "no edition"
            click.echo(f"nothing to check: {which} is planned and unsent; `mailer plan` makes the next ones")
            return
        click.echo(f"checking {screen.count(len(checkable), 'edition')} …", err=True)
        verdicts = Check(database, Planner(tracks, settings), links.recheck, now).run(checkable)
        with database, database.cursor() as on:
            found = editions.find(on, ids=[edition.id for edition in checkable])
            reports = report(on, found, tracks)
            waiting = approval.waiting(on, [each for each in found if each.state in CHECKABLE], tracks, settings)
    screen.table(
        "checked", ("course", "edition", "postings #", "short of the quota"), [_row(entry) for entry in reports]
    )
    opened = f"opened {screen.count(sum(verdicts.values()), 'posting')}: {tally(verdicts)}"
    click.echo(opened if verdicts else "no posting had to be opened again")
    if waiting:
        click.echo(approval.told(waiting))


def _row(entry: EditionReport) -> tuple[object, ...]:
    return entry.course, entry.standing, f"{entry.chosen} of {entry.quota}", " · ".join(entry.shortfalls())
