"""Measure how fast postings are written, against COPY into a temporary table + INSERT … ON CONFLICT of the same rows.

Run it with `python -m bench.storing` at the root of the repository. Both ways begin with the same made-up postings and
write the same batches, a transaction each, on the embedded server. The crawl's way also replaces the tracks that want
each posting, which the plain one leaves out.
"""

import contextlib
import csv
import io
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bench._market import NOW, saramin_postings
from bench._scratch import scratch
from jobdb import db
from jobdb.posting import Posting
from jobspider.pipelines import BATCH
from jobspider.statements import POSTINGS, row_of, write_postings

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

Way = Callable[["cursor", Sequence[Posting]], None]

COUNT = 5_000
ROUNDS = 4  # the best one counts
SIZES = (BATCH, 1_000)
GOAL = 0.8

NAMES = ", ".join(POSTINGS.columns)
UPDATES = ", ".join(f"{name} = EXCLUDED.{name}" for name in POSTINGS.columns[2:] if name != "first_seen")
STAGE = f"CREATE TEMP TABLE IF NOT EXISTS plain ON COMMIT DELETE ROWS AS SELECT {NAMES} FROM posting WITH NO DATA"  # noqa: S608
COPY = f"COPY plain FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({', '.join(POSTINGS.filled)}))"
INSERT = f"""
    INSERT INTO posting ({NAMES}) SELECT {NAMES} FROM plain
    ON CONFLICT (board, board_id) DO UPDATE SET {UPDATES}
"""  # noqa: S608


def plain(on: "cursor", postings: Sequence[Posting]) -> None:
    """Write postings by COPY and INSERT … ON CONFLICT, and nothing else."""
    text = io.StringIO()
    csv.writer(text).writerows(row_of(posting, NOW.isoformat()) for posting in postings)
    text.seek(0)
    on.execute(STAGE)
    on.copy_expert(COPY, text)
    on.execute(INSERT)


def ours(on: "cursor", postings: Sequence[Posting]) -> None:
    """Write postings as the crawl does."""
    write_postings(on, postings, NOW)


def rate(database: "connection", write: Way, postings: list[Posting], size: int) -> float:
    """Return the rows a second of writing all postings in batches of a size."""
    start = time.perf_counter()
    for first in range(0, len(postings), size):
        with database, database.cursor() as on:
            write(on, postings[first : first + size])
    return len(postings) / (time.perf_counter() - start)


def best(postings: list[Posting], size: int) -> dict[tuple[str, str], float]:
    """Return the best rates by (way, "fresh" or "again"); the ways take turns."""
    rates: dict[tuple[str, str], float] = {}
    with contextlib.closing(db.connect()) as database:
        for _ in range(ROUNDS):
            for write in (plain, ours):
                with database, database.cursor() as on:
                    on.execute("TRUNCATE posting CASCADE")
                for state in ("fresh", "again"):
                    key = write.__name__, state
                    rates[key] = max(rates.get(key, 0), rate(database, write, postings, size))
    return rates


def main() -> None:
    """Print rows a second of both ways and the ratios, for the crawl's batches and for larger ones."""
    postings = saramin_postings(COUNT)
    tracks = sum(len(posting.tracks) for posting in postings)
    print(f"storing {COUNT:,} postings and {tracks:,} tracks; plain: COPY + INSERT … ON CONFLICT, no tracks")
    for size in SIZES:
        with scratch("storing"):
            rates = best(postings, size)
        for state in ("fresh", "again"):
            ours_, plain_ = rates["ours", state], rates["plain", state]
            print(
                f"  batches of {size:>5,}, {state}   {ours_:>7,.0f} rows/s   plain {plain_:>7,.0f} rows/s"
                f"   {ours_ / plain_:.2f} x (goal {GOAL})"
            )


if __name__ == "__main__":
    main()
