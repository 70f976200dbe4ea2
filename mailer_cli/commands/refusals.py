"""`mailer refusals`: pull, import, quarantine, settle."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.answers import FILE, from_file, from_sheet, shown, tell
from mailer_cli.commands.frame import open_database, present
from mailer_cli.forms.answers import addresses_in
from mailer_cli.refusals import Taken, take_refusals
from mailer_cli.store import forms, suppressions

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@click.group(epilog="example: mailer refusals pull")
def refusals() -> None:
    """Who answered the unsubscribe Form: never mailed again until they consent anew."""


@refusals.command(epilog="example: mailer refusals pull")
def pull() -> None:
    """Read the Form's Google Sheet."""
    settings, now = present()
    read = from_sheet(settings, settings.forms.refusals_sheet, settings.forms.refusals_tab, "SHEET_ID")
    with open_database() as database:
        _say(database, take_refusals(database, "sheet", read, now))


@refusals.command("import", epilog="example: mailer refusals import answers.csv")
@click.argument("file", type=FILE)
def import_file(file: Path) -> None:
    """Read FILE, the CSV export of the Form's Sheet."""
    _, now = present()
    with open_database() as database:
        _say(database, take_refusals(database, file.name, lambda: from_file(file), now))


@refusals.command(epilog="example: mailer refusals quarantine --reveal")
@click.option("--reveal", is_flag=True, help="Show the answers whole: names and addresses.")
def quarantine(reveal: bool) -> None:
    """List the answers whose address is none, for a person to settle."""
    with open_database() as database, database, database.cursor() as on:
        found = forms.unsettled(on, "refusals")
    rows = [(number, problem, shown(answer, reveal), screen.when(read)) for number, answer, problem, read in found]
    screen.table("to be settled", ("id #", "problem", "answer", "first read"), rows)


@refusals.command(epilog="example: mailer refusals settle 3 --address hong@example.com")
@click.argument("number", metavar="ID", type=int)
@click.option("--address", help="The address that was meant: it is refused.")
@click.option("--nobody", "why", metavar="REASON", help="Nobody can be meant, and why.")
def settle(number: int, address: str | None, why: str | None) -> None:
    """Settle a quarantined answer: whose address was meant, or that nobody's can be."""
    if bool(address) == bool(why):
        raise click.UsageError("give --address or --nobody")
    _, now = present()
    meant = addresses_in(address) if address else []
    if meant is None:
        raise click.UsageError("--address is no address")
    with open_database() as database, database, database.cursor() as on:
        if not forms.settle(on, number, why or "the address was meant that is refused since", now):
            raise DataError(f"no quarantined answer {number}; `mailer refusals quarantine` lists them")
        suppressions.add(on, "form", [(each, f"quarantined answer {number}", now) for each in meant])
    click.echo("settled")


def _say(database: "connection", taken: Taken) -> None:
    click.echo(f"{screen.count(taken.answers.count, 'answer')} read, {taken.new} new; {taken.suppressed} newly refused")
    with database, database.cursor() as on:
        tell(on, "refusals", taken)
