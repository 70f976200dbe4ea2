"""`make month`: thirty days of the whole product in fast time, with faults from a seed; 1 when anything is amiss."""

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench._scratch import scratch
from tests.month.play import play
from tests.month.show import show

MONDAY = date(2026, 11, 2)


def main() -> int:
    """Play a month on a database of its own and print what it came to."""
    parser = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="leave the logs and files in this folder")
    options = parser.parse_args()
    begin = time.monotonic()
    os.environ.pop("JOB_CLOCK", None)
    with scratch(f"month_{options.seed}"), tempfile.TemporaryDirectory() as folder:
        played = play(
            options.keep or Path(folder), date(2026, 11, 2), options.days, size=600, a_course=36, seed=options.seed
        )
    show(played, time.monotonic() - begin)
    return int(bool(played.reckoning.amiss))


if __name__ == "__main__":
    sys.exit(main())
