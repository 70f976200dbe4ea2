"""Measure how fast postings are written, against COPY into a temporary table + INSERT … ON CONFLICT of the same rows.

Run it with `python -m bench.storing` at the root of the repository. All ways begin with the same made-up postings and
write the same batches, a transaction each, on the embedded server.

ours: the crawl's way: postings, and exactly the tracks that want them (those that no longer do are deleted).
plain: COPY + INSERT … ON CONFLICT of the postings and of their tracks, nothing deleted.
bare: the same of the postings alone, without their tracks.
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
from jobspider.batches import array
from jobspider.pipelines import BATCH
from jobspider.statements import POSTINGS, row_of, write_postings

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

Way = Callable[["cursor", Sequence[Posting]], None]

COUNT = 3_000
ROUNDS = 6  # the best one counts
SIZES = (BATCH, 1_000)
GOAL = 0.8

NAMES = ", ".join(POSTINGS.columns)
UPDATES = ", ".join(f"{name} = EXCLUDED.{name}" for name in POSTINGS.columns[2:] if name != "first_seen")
STAGE = f"CREATE TEMP TABLE IF NOT EXISTS plain ON COMMIT DELETE ROWS AS SELECT {NAMES} FROM posting WITH NO DATA"  # noqa: S608  names are ours
COPY = f"COPY plain FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({', '.join(POSTINGS.filled)}))"
INSERT = f"""
    INSERT INTO posting ({NAMES}) SELECT {NAMES} FROM plain
    ON CONFLICT (board, board_id) DO UPDATE SET {UPDATES}
"""  # noqa: S608  the same
STAGE_TRACKS = """
    CREATE TEMP TABLE IF NOT EXISTS plain_track (board text, board_id text, track text, words text[])
    ON COMMIT DELETE ROWS
"""
INSERT_TRACKS = """
    INSERT INTO posting_track (posting_id, track, words)
    SELECT id, track, words FROM plain_track JOIN posting USING (board, board_id)
    ON CONFLICT (posting_id, track) DO UPDATE SET words = EXCLUDED.words
"""


def bare(on: "cursor", postings: Sequence[Posting]) -> None:
    """Write postings by COPY and INSERT … ON CONFLICT, and nothing else."""
    text = io.StringIO()
    csv.writer(text).writerows(row_of(posting, NOW.isoformat()) for posting in postings)
    text.seek(0)
    on.execute(STAGE)
    on.copy_expert(COPY, text)
    on.execute(INSERT)


def plain(on: "cursor", postings: Sequence[Posting]) -> None:
    """Write postings and their tracks by COPY and INSERT … ON CONFLICT."""
    bare(on, postings)
    text = io.StringIO()
    csv.writer(text).writerows(
        (posting.board, posting.board_id, track, array(words))
        for posting in postings
        for track, words in posting.tracks.items()
    )
    text.seek(0)
    on.execute(STAGE_TRACKS)
    on.copy_expert("COPY plain_track FROM STDIN (FORMAT csv)", text)
    on.execute(INSERT_TRACKS)


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
            for write in (bare, plain, ours):
                with database, database.cursor() as on:
                    on.execute("TRUNCATE posting CASCADE")
                for state in ("fresh", "again"):
                    key = write.__name__, state
                    rates[key] = max(rates.get(key, 0), rate(database, write, postings, size))
    return rates


def main() -> None:
    """Print rows a second of all ways and the ratios, for the crawl's batches and for larger ones."""
    postings = saramin_postings(COUNT)
    tracks = sum(len(posting.tracks) for posting in postings)
    print(f"storing {COUNT:,} postings and {tracks:,} tracks: postings a second (goal: ours / plain {GOAL})")
    for size in SIZES:
        with scratch("storing"):
            rates = best(postings, size)
        for state in ("fresh", "again"):
            ours_, plain_, bare_ = (rates[way, state] for way in ("ours", "plain", "bare"))
            print(
                f"  batches of {size:>5,}, {state}   ours {ours_:>7,.0f}"
                f"   plain {plain_:>7,.0f}   {ours_ / plain_:.2f} x"
                f"   bare {bare_:>7,.0f}   {ours_ / bare_:.2f} x"
            )


if __name__ == "__main__":
    main()
