"""Measure what grows: a school and a market at 1 x, 10 x and 100 x.

Run it with `python -m bench.growth 1 10 100` at the root of the repository: half an hour; without numbers it takes 1 x
alone. 1 x is 300 students in 6 courses and 5,000 stored postings.

Each line is a process of its own, with the most memory that it took. everything: finding the same postings among all,
which is done once and after an edit of the rules. start: what a crawl reads before it asks its board for anything.
night: a night's new postings stored in batches, and the same found among them. plan: the whole school's mailing. The
last lines are bytes a row, indexes included.
"""

import contextlib
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from bench import planning
from bench._market import NOW, saramin_postings
from bench._scratch import scratch
from jobdb import db
from jobdb.posting import Posting
from jobspider.clustering import assign
from jobspider.pipelines import BATCH
from jobspider.statements import write_postings
from jobspider.store import CrawlStore

if TYPE_CHECKING:
    from psycopg2.extensions import connection

STUDENTS, COURSES, POSTINGS = 300, 6, 5_000
NEW = 2_000  # postings of a night
POSTINGS_OF_A_NIGHT: list[Posting] = []
TABLES = (
    "posting", "posting_track", "sighting", "cluster_key", "delivery", "edition_posting", "edition_passed",
    "market_passed",
)  # fmt: skip
SIGHTINGS = """
    INSERT INTO sighting (board, board_id, title, company, card_hash, outcome, first_seen, last_seen)
    SELECT board, board_id || suffix, title, company, md5(title), outcome, first_seen, last_seen FROM posting,
        (VALUES ('', 'stored'), ('-a', 'no_keyword'), ('-b', 'no_keyword')) AS kept (suffix, outcome)
"""  # of three cards that lists show, a track wants one


def fill(database: "connection", scale: int) -> None:
    """Write a school and a market of a scale, clustered and seen by earlier crawls."""
    planning.fill(database, STUDENTS * scale, COURSES * scale, POSTINGS * scale)
    with database, database.cursor() as on:
        on.execute(SIGHTINGS)
        on.execute("ANALYZE")


def everything(database: "connection") -> None:
    """Find the same postings among all."""
    assign(database, NOW, everything=True)


def start(database: "connection") -> None:  # noqa: ARG001  the store has a connection of its own
    """Read what earlier crawls of the largest board have seen."""
    CrawlStore.open("saramin").database.close()


def night(database: "connection") -> None:
    """Store a night's new postings, and find the same among them."""
    for first in range(0, NEW, BATCH):
        with database, database.cursor() as on:
            write_postings(on, POSTINGS_OF_A_NIGHT[first : first + BATCH], NOW)
    assign(database, NOW)


def plan(database: "connection") -> None:
    """Plan a mailing."""
    planning.planned(database)


def measured(step: Callable[["connection"], None]) -> tuple[float, float]:
    """Return a step's seconds and the most memory that this process has taken, in MB."""
    if step is night:
        found = saramin_postings(NEW)
        POSTINGS_OF_A_NIGHT.extend(replace(posting, board_id=f"new-{posting.board_id}") for posting in found)
    with contextlib.closing(db.connect()) as database:
        began = time.perf_counter()
        step(database)
        return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def sizes(database: "connection") -> None:
    """Print bytes a row and the sum of all tables."""
    database.autocommit = True
    with database.cursor() as on:
        told = []
        for table in TABLES:
            on.execute(f"VACUUM {table}")
            on.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")  # noqa: S608  names are ours
            rows, size = on.fetchone() or (0, 0)
            told.append(f"{table} {size / max(1, rows):,.0f} x {rows:,}")
        on.execute("SELECT pg_database_size(current_database())")
        row = on.fetchone()
    assert row
    print(f"    bytes x rows: {', '.join(told)}")
    print(f"    {row[0] / 1e6:,.0f} MB in all", flush=True)


def measure(scale: int) -> None:
    """Print what a scale takes."""
    school = f"{STUDENTS * scale:,} students, {COURSES * scale:,} courses, {POSTINGS * scale:,} postings"
    print(f"  {scale} x: {school}", flush=True)
    with scratch("growth"), contextlib.closing(db.connect()) as database:
        fill(database, scale)
        for step in (everything, start, night, plan):
            with get_context("spawn").Pool(1) as process:
                seconds, memory = process.apply(measured, (step,))
            print(f"    {step.__name__:<12}{seconds:8.2f} s   {memory:6.0f} MB", flush=True)
        sizes(database)


def main() -> None:
    """Print each scale."""
    print("what grows with postings and students")
    for scale in sys.argv[1:] or ["1"]:
        measure(int(scale))


if __name__ == "__main__":
    main()
