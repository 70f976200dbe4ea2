"""`python -m ops.job KEY`: run a scheduled job once. cron, systemd and the runner all come through here.

A run never overlaps itself, is bounded in time, and leaves a row in job_run, written before it begins and when it ends.
Exit codes: of the first step that failed; 124 it took too long; 128 + N it was stopped or killed by signal N; 75 it was
left out, because the run before goes on or because it is too late.
"""

import argparse
import contextlib
import os
import secrets
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

from jobdb import clock, db
from jobdb.errors import DatabaseError, OperatorError, SettingError
from jobdb.masking import without_addresses
from ops import environment, runs
from ops.child import Stop
from ops.runs import LEFT_OUT, Run
from ops.schedule.entry import Job
from ops.schedule.table import latest_due, read_table, schedule_file, why_off
from ops.steps import ROOT
from ops.work import Work

if TYPE_CHECKING:
    from psycopg2.extensions import connection

LOGS_KEPT = 30  # of each job
EXAMPLE = "example: python -m ops.job crawl-saramin"


def main() -> int:
    """Run one job; return the exit code."""
    environment.load()
    parser = argparse.ArgumentParser(prog="python -m ops.job", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("key", help="a job of the schedule")
    parser.add_argument("--scheduled", action="store_true", help="its time has come: once for each planned instant")
    parser.add_argument("--due", metavar="TIME", help="its planned instant, by a scheduler that knows it (Airflow)")
    parser.add_argument("--quiet", action="store_true", help="print only what went wrong")
    options = parser.parse_args()
    try:
        job = read_table(schedule_file()).job(options.key)
        if options.due:
            return made_for(job, planned(job, options.due), options.quiet)
        return scheduled(job, options.quiet) if options.scheduled else perform(job, None, options.quiet)
    except OperatorError as error:
        print(f"error: {options.key}: {error}", file=sys.stderr)
        return error.exit_code


def scheduled(job: Job, quiet: bool = False) -> int:
    """Run a job for the planned instant that came last, unless that was done, or is of no use any more."""
    return made_for(job, latest_due(job, clock.now()), quiet)


def planned(job: Job, text: str) -> datetime:
    """Return the planned instant that a text names, like 2026-11-24T17:00+09:00. Raises SettingError for any other."""
    try:
        due_at = datetime.fromisoformat(text)
    except ValueError:
        raise SettingError(f"{text!r} is no time; write it like 2026-11-24T17:00+09:00") from None
    if due_at.tzinfo is None or latest_due(job, due_at) != due_at:
        raise SettingError(f"{text} is no planned instant of {job.key}; `python -m ops.schedule show` has them")
    return due_at


def made_for(job: Job, due_at: datetime, quiet: bool = False) -> int:
    """Run a job for a planned instant, unless that was done, or is of no use any more."""
    now = clock.now()
    if off := why_off(job, os.environ):
        return _say(f"{job.key} is off: {off}", 0, quiet)
    if now - due_at > job.useful:
        return _say(f"{job.key} was due at {due_at:%m-%d %H:%M}; it is too late for it now", LEFT_OUT, quiet)
    return perform(job, due_at, quiet)


def perform(job: Job, due_at: datetime | None, quiet: bool = False) -> int:
    """Run a job now and remember it; `due_at` is the planned instant, None by hand.

    Raises DatabaseError, unless the job runs without the database: then nobody remembers it.
    """
    now = clock.now()
    run = Run(job.key, f"{job.key}-{now:%Y%m%dT%H%M}-{secrets.token_hex(3)}", due_at, now)
    try:
        database = db.connect()
    except DatabaseError:
        if not job.without_database:
            raise
        with Path(os.devnull).open("rb") as nothing:
            return _work(job, run, nothing.fileno(), quiet)[0]
    with contextlib.closing(database):
        return _perform(database, job, run, quiet)


def _perform(database: "connection", job: Job, run: Run, quiet: bool) -> int:
    now, due_at = run.started_at, run.due_at
    if not runs.lock(database, job.key):
        why = "left out: the run before goes on"
        runs.begin(database, replace(run, ended_at=now, exit_code=LEFT_OUT, detail=why))
        return _say(f"{job.key}: {why}", LEFT_OUT, quiet)
    runs.bury(database, job.key, now)
    if due_at and runs.was_made(database, job.key, due_at):
        return _say(f"{job.key}: the run of {due_at:%m-%d %H:%M} was made already", 0, quiet)
    runs.begin(database, run)
    code, detail = _work(job, run, database.fileno(), quiet)
    _end(database, run, code, detail)
    return code


def _work(job: Job, run: Run, lock: int, quiet: bool) -> tuple[int, str]:
    """Run the steps and say how they went; return the exit code and the last words, without addresses."""
    log = _new_log(run)
    code, said = Work(job, run.run_id, log, lock, Stop(), quiet).steps()
    detail = without_addresses(said)
    result = f"exit {code}; all it said: {log}" if code else "ok"
    return _say(f"{run.run_id}: {detail} ({result})", code, quiet and not code), detail


def _end(database: "connection", run: Run, code: int, detail: str) -> None:
    """Complete the row, by another connection where the server has dropped ours meanwhile."""
    try:
        runs.end(database, run.run_id, clock.now(), code, detail)
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        with contextlib.closing(db.connect()) as anew:
            runs.end(anew, run.run_id, clock.now(), code, detail)


def _new_log(run: Run) -> Path:
    """Return the run's log, and drop the job's oldest."""
    folder = Path(os.environ.get("JOB_LOGS") or ROOT / "var" / "log" / "jobs") / run.job
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)[: -(LOGS_KEPT - 1)]:
        old.unlink(missing_ok=True)
    return folder / f"{run.run_id}.log"


def _say(line: str, code: int, quiet: bool) -> int:
    if not quiet:
        print(line, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
