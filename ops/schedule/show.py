"""The schedule as a table for a person: what runs when, and how it went last time."""

import contextlib
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta

from rich import box
from rich.markup import escape
from rich.table import Table as Shown

from jobdb import db
from jobdb.clock import KST
from jobdb.tracks import config_dir
from ops import runs
from ops.runs import LEFT_OUT, Run
from ops.schedule.entry import DAYS, Job
from ops.schedule.table import Table, next_due, why_off

FREQUENT = 24  # runs a day: from here on only one instant is told


def last_runs() -> dict[str, Run]:
    """Return each job's newest run. Raises DatabaseError."""
    with contextlib.closing(db.connect()) as database:
        return runs.latest(database)


def table_of(table: Table, last: Mapping[str, Run], environment: Mapping[str, str], now: datetime) -> Shown:
    """Return a line for each job: when, the next two runs, the last one and what came of it."""
    shown = Shown(box=box.SIMPLE, title=f"scheduled jobs, Korean time, as of {now:%m-%d %H:%M}", title_justify="left")
    for name in ("job", "what", "next", "last run", "result"):
        shown.add_column(name, no_wrap=name in ("job", "last run"))
    for job in table.jobs.values():
        off = why_off(job, environment)
        coming = f"[dim]off: {escape(off)}[/]" if off else escape(_coming(job, now))
        run = last.get(job.key)
        began = f"{run.started_at.astimezone(KST):%m-%d %H:%M}" if run else "never"
        shown.add_row(job.key, escape(job.about), coming, began, result(job, run, now))
    return shown


def result(job: Job, run: Run | None, now: datetime) -> str:
    """Return what came of a job's last run, as rich's markup."""
    if run is None:
        return ""
    if run.exit_code is None or run.ended_at is None:
        lasted = now - run.started_at
        words = "goes on" if lasted <= job.longest + timedelta(minutes=5) else "[red]never ended[/]"
        return f"{words}, {_lasted(lasted)}"
    took = f"{_lasted(run.ended_at - run.started_at)}"
    if run.exit_code == 0:
        return f"[green]ok[/], {took}"
    colour, words = ("yellow", "left out") if run.exit_code == LEFT_OUT else ("red", f"exit {run.exit_code}")
    return f"[{colour}]{words}[/], {took}: {escape(run.detail)}"


def warnings(table: Table) -> list[str]:
    """Return where the schedule contradicts config/mail.toml: a line each."""
    mail = table.jobs.get("mail")
    if mail is None:
        return ["no [jobs.mail] in the schedule: nothing is mailed"]
    slots = tomllib.loads((config_dir() / "mail.toml").read_text(encoding="utf-8")).get("slots", {})
    meant = {DAYS.index(day) * 24 * 60 + slots.get("hour", 0) * 60 for day in slots.get("weekdays", []) if day in DAYS}
    if meant == set(mail.week):
        return []
    return [f"[jobs.mail] of {table.path.name} runs at other times than [slots] of mail.toml names: mend one of them"]


def _coming(job: Job, now: datetime) -> str:
    first = next_due(job, now)
    if len(job.week) >= FREQUENT * len(DAYS):
        return f"{first:%H:%M}, every {(next_due(job, first) - first).seconds // 60} min"
    return f"{first:%a %m-%d %H:%M}, {next_due(job, first):%a %m-%d %H:%M}"


def _lasted(time: timedelta) -> str:
    seconds = max(0, round(time.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
