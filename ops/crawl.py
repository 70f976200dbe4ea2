"""`python -m ops.crawl BOARD`: crawl a board, by the Scrapyds that SCRAPYD_URL names, together, else here.

Exit codes are those of `scrapy crawl`: 0 all is well, 1 the crawl failed or is suspect, 2 it could not begin. The
verdict is read in the database: Scrapyd forgets what ran when it is killed, and never knew how it went.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from jobdb import db, logs
from jobdb.boards import BOARDS
from jobdb.errors import exit_code
from ops import environment
from ops.scrapyd.__main__ import nodes
from ops.scrapyd.client import Client, ScrapydError

POLL = 2.0  # seconds
PATIENCE = 60.0  # seconds after which a crawl without a verdict, on which Scrapyd does not work, is given up
Row = tuple[str | None, str | None]


def main() -> int:
    """Crawl one board; return the exit code."""
    environment.load()
    parser = argparse.ArgumentParser(prog="python -m ops.crawl", description=__doc__)
    parser.add_argument("board", choices=BOARDS)
    board = parser.parse_args().board
    if not os.environ.get("SCRAPYD_URL"):
        command = [sys.executable, "-m", "scrapy", "crawl", board]
        os.execv(sys.executable, command)  # noqa: S606 - no shell, our Python
    run_id = logs.run_id() or f"crawl-{board}-{time.time_ns():x}"
    return exit_code(lambda: by_scrapyd(nodes(), board, run_id))


def by_scrapyd(scrapyds: Sequence[Client], board: str, run_id: str) -> int:
    """Have Scrapyds crawl a board, wait for the end, and return `scrapy crawl`'s exit code. Raises ScrapydError."""
    jobs = begun(scrapyds, board, run_id)
    _cancel_when_stopped(jobs)
    print(f"{board}: Scrapyd's job {', '.join(job for _, job in jobs)}", flush=True)
    row = await_verdict(jobs, run_id, board)
    if row is None or row[0] is None:
        happened = "began and was left without an end" if row else "never began"
        told = " and ".join(job for _, job in jobs)
        raise ScrapydError(f"the crawl of {board} {happened}; the log of Scrapyd's job {told} may tell why")
    print(f"{board}: {': '.join(filter(None, row))}")
    return int(row[0] != "ok")


def begun(scrapyds: Sequence[Client], board: str, run_id: str) -> list[tuple[Client, str]]:
    """Return the jobs of one crawl. One Scrapyd of several may be down; ScrapydError when all are."""
    jobs = []
    failed: ScrapydError | None = None
    for scrapyd in scrapyds:
        try:
            jobs.append((scrapyd, scrapyd.schedule(board, run_id)))
        except ScrapydError as error:
            failed = error
            if len(scrapyds) > 1:
                print(f"warning: {error}", file=sys.stderr)
    if failed and not jobs:
        raise failed
    return jobs


def await_verdict(jobs: Sequence[tuple[Client, str]], run_id: str, board: str) -> Row | None:
    """Return the crawl's row once it has a verdict, or as it is when nobody works on it any more."""
    working_until = time.monotonic()
    while not ((row := row_of(run_id, board)) and row[0]):
        if any(_works(*job) for job in jobs):
            working_until = time.monotonic()
        elif time.monotonic() - working_until > PATIENCE:
            break
        time.sleep(POLL)
    return row


def row_of(run_id: str, board: str) -> Row | None:
    """Return (verdict, cause) of a run's crawl of a board: (None, None) while it goes on, None before it began."""
    with contextlib.closing(db.connect("JOBSPIDER_DATABASE_URL")) as database, database.cursor() as on:
        on.execute(
            "SELECT verdict, cause FROM crawl WHERE run_id = %s AND spider = %s ORDER BY id DESC LIMIT 1",
            (run_id, board),
        )
        row: Row | None = on.fetchone()
        return row


def _works(scrapyd: Client, job: str) -> bool:
    """Tell whether Scrapyd still works on a job; a Scrapyd that is restarted does not answer for a while."""
    try:
        return scrapyd.state(job) in ("pending", "running")
    except ScrapydError as error:
        print(f"warning: {error}", file=sys.stderr)
        return False


def _cancel_when_stopped(jobs: Sequence[tuple[Client, str]]) -> None:
    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        for scrapyd, job in jobs:
            scrapyd.cancel(job)
            print(f"stopped: Scrapyd's job {job} was cancelled", file=sys.stderr)
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(main())
