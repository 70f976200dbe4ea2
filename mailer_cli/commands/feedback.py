"""`mailer feedback`: pull, import."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer_cli import screen
from mailer_cli.commands.answers import FILE, from_file, from_sheet, tell
from mailer_cli.commands.frame import open_database, present
from mailer_cli.refusals import Taken, take_feedback

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@click.group(epilog="example: mailer feedback pull")
def feedback() -> None:
    """Take what readers answered to the survey, without their names and addresses."""


@feedback.command(epilog="example: mailer feedback pull")
def pull() -> None:
    """Read the survey's Google Sheet."""
    settings, now = present()
    read = from_sheet(settings, settings.forms.feedback_sheet, settings.forms.feedback_tab, "FEEDBACK_SHEET_ID")
    with open_database() as database:
        _say(database, take_feedback(database, "sheet", read, now))


@feedback.command("import", epilog="example: mailer feedback import answers.csv")
@click.argument("file", type=FILE)
def import_file(file: Path) -> None:
    """Read FILE, the CSV export of the survey's Sheet."""
    _, now = present()
    with open_database() as database:
        _say(database, take_feedback(database, file.name, lambda: from_file(file), now))


def _say(database: "connection", taken: Taken) -> None:
    click.echo(f"{screen.count(taken.answers.count, 'answer')} read, {taken.new} new")
    with database, database.cursor() as on:
        tell(on, "feedback", taken)
