"""`python -m ops.prune`: forget old runs of scheduled jobs."""

import contextlib
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb import clock, db
from jobdb.errors import exit_code
from ops import environment

if TYPE_CHECKING:
    from psycopg2.extensions import connection

GOOD = timedelta(days=62)  # the events and the watch run every ten minutes: 100,000 rows a year
BAD = timedelta(days=400)  # last year's troubles stay comparable


def main() -> int:
    """Prune and say how many; return the exit code."""
    environment.load()
    return exit_code(_prune_and_say)


def _prune_and_say() -> None:
    with contextlib.closing(db.connect()) as database:
        print(f"forgotten: {prune(database, clock.now())} runs of jobs")


def prune(database: "connection", now: datetime) -> int:
    """Delete runs that went well two months ago and others of more than a year ago; each job's latest run stays."""
    with database, database.cursor() as on:
        on.execute(
            """
            DELETE FROM job_run WHERE (ended_at < %(good)s AND exit_code = 0 OR started_at < %(bad)s) AND EXISTS (
                SELECT FROM job_run later WHERE later.job = job_run.job AND later.started_at > job_run.started_at)
            """,
            {"good": now - GOOD, "bad": now - BAD},
        )
        return on.rowcount


if __name__ == "__main__":
    sys.exit(main())
