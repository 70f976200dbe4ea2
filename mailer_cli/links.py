"""Are the chosen postings still open? All traffic to the boards goes through the crawler, as a program of its own."""

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOG = PROJECT / "var" / "log" / "recheck.log"


def recheck(posting_ids: Collection[int], log: Path = LOG) -> int:
    """Have the crawler open postings again and return its exit code.

    Its verdicts lie in link_check afterwards; it says what it did in the log, which holds the last run alone.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    ids = ",".join(map(str, sorted(posting_ids)))
    command = [sys.executable, "-m", "scrapy", "crawl", "recheck", "-a", f"ids={ids}"]
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    return done.returncode
