"""The runs of scheduled jobs: the table job_run, and the lock that keeps a job from overlapping itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import connection

LOCKS = 0x4A4A  # the first key of the advisory locks of jobs; the second is the key's hash
DIED = 137  # 128 + SIGKILL: what a shell says of a killed program
LEFT_OUT = 75  # EX_TEMPFAIL of sysexits.h: not now


@dataclass(frozen=True, slots=True)
class Run:
    """One row: times are aware, in KST; `ended_at` and `exit_code` are None while it goes on, or when it died."""

    job: str
    run_id: str
    due_at: datetime | None  # None: started by hand
    started_at: datetime
    ended_at: datetime | None = None
    exit_code: int | None = None
    detail: str = ""  # no address


def lock(database: "connection", job: str) -> bool:
    """Take a job's lock for as long as the connection lives; False when another run holds it."""
    with database, database.cursor() as on:
        # A machine that lost its power says no goodbye; these let the server notice within a minute and a half.
        on.execute("SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3")
        on.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (LOCKS, job))
        return on.fetchone() == (True,)


def bury(database: "connection", job: str, now: datetime) -> int:
    """End the rows that killed runs left open, and return how many; only for who holds the job's lock."""
    with database, database.cursor() as on:
        on.execute(
            "UPDATE job_run SET ended_at = greatest(%s, started_at), exit_code = %s, detail = 'killed: it left no end' "
            "WHERE job = %s AND ended_at IS NULL",
            (now, DIED, job),
        )
        return on.rowcount


def was_made(database: "connection", job: str, due_at: datetime) -> bool:
    """Tell whether the run of a planned instant was made, well or badly; a killed one is made again."""
    with database, database.cursor() as on:
        on.execute(
            "SELECT EXISTS (SELECT FROM job_run WHERE job = %s AND due_at = %s AND exit_code IS DISTINCT FROM %s)",
            (job, due_at, DIED),
        )
        return on.fetchone() == (True,)


def begin(database: "connection", run: Run) -> None:
    """Write a run's row at its start, so that a killed one leaves a row without an end."""
    with database, database.cursor() as on:
        on.execute(
            "INSERT INTO job_run (job, run_id, due_at, started_at, ended_at, exit_code, detail) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (run.job, run.run_id, run.due_at, run.started_at, run.ended_at, run.exit_code, run.detail),
        )


def end(database: "connection", run_id: str, now: datetime, exit_code: int, detail: str) -> None:
    """Complete a run's row."""
    with database, database.cursor() as on:
        on.execute(
            "UPDATE job_run SET ended_at = %s, exit_code = %s, detail = %s WHERE run_id = %s",
            (now, exit_code, detail, run_id),
        )


def latest(database: "connection") -> dict[str, Run]:
    """Return each job's newest run."""
    with database, database.cursor() as on:
        on.execute(
            "SELECT DISTINCT ON (job) job, run_id, due_at, started_at, ended_at, exit_code, detail "
            "FROM job_run ORDER BY job, started_at DESC, id DESC"
        )
        return {row[0]: Run(*row) for row in on.fetchall()}
