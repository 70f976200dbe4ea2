"""Measure `mailer stats` over months of mailings, at three sizes, which must cost alike a mail.

Run it with `python -m bench.stats` at the root of the repository; `python -m bench.stats 20000 80 100` measures alone a
school of so many students, courses and mailings (2 million mails and 6 million events; filling takes minutes).

everything: all figures, gathered once. boards: clicks by board, over the same. one slot: the figures of a single day.
floor: what PostgreSQL takes to read every mail and every event once, one count of each table.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench._mailings import Scale
from bench._scratch import scratch
from jobdb import db
from mailer_cli.config import mail_settings
from mailer_cli.results import Scope, results

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

SCALES = (Scale(1_000, 4, 25), Scale(2_000, 8, 50), Scale(4_000, 16, 100))
ROUNDS = 3  # the best one counts
FLOOR = """
    SELECT (SELECT count(*) FROM delivery WHERE address <> ''),
           (SELECT count(*) FROM mail_event WHERE detail IS NOT NULL)
"""


def best(database: "connection", work: Callable[["cursor"], object]) -> float:
    """Return the seconds of the fastest of ROUNDS runs, each in a transaction of its own."""
    seconds = []
    for _ in range(ROUNDS):
        with database, database.cursor() as on:
            start = time.perf_counter()
            work(on)
            seconds.append(time.perf_counter() - start)
    return min(seconds)


def measured(database: "connection") -> dict[str, float]:
    """Return the seconds of each way to ask."""
    settings, everything = mail_settings(), Scope()
    with database, database.cursor() as on:
        found = results(on, settings, everything)
    last = found.mailings[-1].slot.date()
    return {
        "everything": best(database, lambda on: results(on, settings, everything)),
        "boards": best(database, lambda on: found.clicks(on, "board")),
        "one slot": best(database, lambda on: results(on, settings, Scope(last, last))),
        "floor": best(database, lambda on: on.execute(FLOOR)),
    }


def main() -> None:
    """Print seconds and microseconds a mail at each size, and the ratio to the floor."""
    scales = (Scale(*map(int, sys.argv[1:])),) if len(sys.argv) > 1 else SCALES
    print("stats: seconds, and microseconds of everything for each mail (the floor reads every row once)")
    for scale in scales:
        with scratch("stats"), contextlib.closing(db.connect()) as database:
            mails, events = scale.fill(database)
            took = measured(database)
        told = "   ".join(f"{name} {seconds:6.2f} s" for name, seconds in took.items())
        a_mail, ratio = took["everything"] / mails * 1e6, took["everything"] / took["floor"]
        print(f"  {mails:>9,} mails {events:>9,} events   {told}   {a_mail:4.1f} µs, {ratio:.0f} x")


if __name__ == "__main__":
    main()
