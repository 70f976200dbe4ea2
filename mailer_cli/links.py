"""Are the chosen postings still open? All traffic to the boards goes through the crawler, as a program of its own."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOG = PROJECT / "var" / "log" / "recheck.log"
OURS = ("AWS_", "FEEDBACK_", "GOOGLE_", "LMS_", "MAIL_", "SHEET_", "SMTP_")  # settings that the crawler has no use for


def recheck(posting_ids: Collection[int], log: Path = LOG) -> int:
    """Have the crawler open postings again and return its exit code.

    Its verdicts lie in link_check afterwards; it says what it did in the log, which holds the last run alone.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    ids = ",".join(map(str, sorted(posting_ids)))
    command = [sys.executable, "-m", "scrapy", "crawl", "recheck", "-a", f"ids={ids}"]
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False,
            env=crawler_s(os.environ),
        )  # fmt: skip
    return done.returncode


def crawler_s(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the crawler may know of an environment: it reads strangers' pages and needs no secret of the mail."""
    own = any(environment.get(name) for name in ("JOBSPIDER_DATABASE_URL", "JOBSPIDER_DATABASE_URL_FILE"))
    hidden = (*OURS, "DATABASE_URL") if own else OURS
    return {name: value for name, value in environment.items() if not name.startswith(hidden)}
