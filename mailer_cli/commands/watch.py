"""`mailer watch`: look, remember what is wrong, tell it once."""

import json
import os
from datetime import datetime, timedelta

import click

from jobdb import db
from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.alerts import heartbeat
from mailer_cli.commands.frame import present
from mailer_cli.config import PROJECT, MailSettings
from mailer_cli.health import Due, House
from mailer_cli.watch import Look, Watch
from ops.schedule.entry import Job
from ops.schedule.table import latest_due, read_table, schedule_file, why_off

VAR = PROJECT / "var"
NOBODY = "nobody is told of it: set [alerts] to in mail.toml, or ALERT_WEBHOOK_URL in the environment"


@click.command(epilog="example: mailer watch        (every 10 minutes, by the schedule)")
@click.option("--json", "as_json", is_flag=True, help="For programs: the open incidents as JSON.")
def watch(as_json: bool) -> None:
    """Look whether all is well, and tell who is named in [alerts] of mail.toml what is not: once, and once it is over.

    Told are crawls that failed or are suspect, slots that passed with too few mails or none, scheduled jobs that
    failed or never ran, mails of which nobody can tell whether they went, bounces and complaints near the lines of
    SES, a full disk, and a database that does not answer.
    """
    settings, now = present()
    look = Watch(settings, VAR, db.connect).look(house(settings, now), now)
    problems = [*look.problems, *heartbeat(settings)]
    for problem in problems:
        click.echo(f"warning: {problem}", err=True)
    if as_json:
        rows = [{"kind": each.kind, "subject": each.subject, "since": each.opened_at, "detail": each.detail}
                for each in look.wrong]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        _show(look, settings)


def house(settings: MailSettings, now: datetime) -> House:
    """Return what is watched here."""
    return House(settings, courses().tracks, schedule(now), VAR)


def schedule(now: datetime) -> list[Due]:
    """Return the scheduled jobs that are on; SettingError names what is wrong with the schedule."""
    table = read_table(schedule_file())
    return [
        Due(job.key, latest_due(job, now), _apart(job), job.longest)
        for job in table.jobs.values()
        if why_off(job, os.environ) is None
    ]


def _apart(job: Job) -> timedelta:
    return timedelta(weeks=1) / len(job.week)


def _show(look: Look, settings: MailSettings) -> None:
    click.echo(f"{screen.count(len(look.wrong), 'open incident')}, {len(look.new)} new, {len(look.over)} over")
    for each in look.wrong:
        click.echo(f"  since {screen.when(each.opened_at)}  {each.kind} {each.subject}: {each.detail}")
    if look.wrong and not settings.alerts.anybody:
        click.echo(NOBODY)
