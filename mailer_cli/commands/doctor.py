"""`mailer doctor`."""

import json
from dataclasses import asdict

import click

from jobdb import clock
from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.frame import open_database
from mailer_cli.commands.watch import house
from mailer_cli.config import mail_settings
from mailer_cli.doctor import Doctor, Line


@click.command(epilog="example: mailer doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same lines as JSON.")
def doctor(as_json: bool) -> None:
    """Say how every part stands: database, boards, mailing, schedule, events, SES, disk, clock.

    Nothing is changed and nothing is sent. Exit code 3 when something is WRONG.
    """
    settings, now = mail_settings(), clock.now()
    with open_database() as database, database, database.cursor() as on:
        lines = list(Doctor(on, settings, house(settings, now), now).lines())
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
    else:
        screen.table(
            screen.when(now), ("part", "", "how it stands"), [(one.part, one.state, one.words) for one in lines]
        )
    _conclude(lines)


def _conclude(lines: list[Line]) -> None:
    if wrong := sum(line.state == "WRONG" for line in lines):
        raise DataError(f"{screen.count(wrong, 'thing')} wrong, see above")
