"""Days of crawling while boards misbehave: at the end the database must equal the market's truth.

`make soak` runs thirty days of all boards; tests/test_soak.py a few. Each difference must have a counted cause.
"""

import os
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from jobdb import db, embedded
from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.tracks import courses
from jobspider.keywords import Matcher
from sandbox.job import Job
from sandbox.market import Market
from tests.worlds import sandbox, scrapy

SEED, HOUR = 11, time(9)
SUNDAY = 6  # the day of the full crawls
BAD_DAYS = 0.35  # share of a board's days with trouble
TROUBLES = ("403", "429", "429-long", "500", "307", "block", "half", "markup", "empty")
PASSING = 0.05  # share of requests hit on a day of passing trouble


@dataclass
class Soak:
    """What was done and what it came to."""

    days: int
    size: int
    verdicts: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)  # of failed crawls
    agreed: Counter[str] = field(default_factory=Counter)  # open, closed
    explained: Counter[str] = field(default_factory=Counter)  # differences by cause
    unexplained: list[str] = field(default_factory=list)


def soak(first: date, days: int, size: int) -> Soak:
    """Crawl every board on every day, the last one without trouble, and compare."""
    result, draw = Soak(days, size), random.Random(SEED)
    for number in range(days):
        day, last = first + timedelta(days=number), number == days - 1
        faults = [] if last else [fault for board in BOARDS for fault in troubles(draw, board)]
        crawl_all(day, size, faults, full=last or day.weekday() == SUNDAY)
    recheck_all(first + timedelta(days=days - 1), size)
    compare(result, first, days)
    return result


def troubles(draw: random.Random, board: str) -> list[str]:
    """Draw a board's day: mostly well, sometimes passing trouble, sometimes nothing but trouble."""
    if draw.random() > BAD_DAYS:
        return []
    kind = draw.choice(TROUBLES)
    return [f"{kind}@{board}:{1 if draw.random() < 0.4 else PASSING}"]


def crawl_all(day: date, size: int, faults: list[str], full: bool) -> None:
    """Crawl all boards on one day, two side by side."""
    clock = datetime.combine(day, HOUR).isoformat()
    arguments = [word for fault in faults for word in ("--misbehave", fault)]
    with (
        sandbox("--seed", str(SEED), "--size", str(size), *arguments, clock=clock) as address,
        ThreadPoolExecutor(2) as pool,
    ):
        whole = ["-a", "full=1"] if full else []
        for _ in pool.map(lambda board: crawl(address, clock, board, *whole), BOARDS):
            pass


def crawl(address: str, clock: str, *arguments: str) -> None:
    """Run one crawl; a failed one is part of the story, one that could not be started is not."""
    done = scrapy(address, "crawl", *arguments, JOB_CLOCK=clock, WANTED_SOURCE="sitemap", JOBSPIDER_LOG_LEVEL="ERROR")
    assert done.returncode in (0, 1), done.stdout + done.stderr


def recheck_all(day: date, size: int) -> None:
    """Ask the boards for every posting that is open in the database."""
    clock = datetime.combine(day, HOUR).isoformat()
    ids = ",".join(str(posting_id) for (posting_id,) in ask("SELECT id FROM posting WHERE closed_at IS NULL"))
    with sandbox("--seed", str(SEED), "--size", str(size), clock=clock) as address:
        crawl(address, clock, "recheck", "-a", f"ids={ids}")


def compare(result: Soak, first: date, days: int) -> None:
    """Compare the database with the market on the last day."""
    result.verdicts.update(dict(ask("SELECT verdict, count(*) FROM crawl WHERE spider <> 'recheck' GROUP BY 1")))
    result.causes.update(dict(ask("SELECT cause, count(*) FROM crawl WHERE verdict = 'failed' GROUP BY 1")))
    crawled = {day: datetime.combine(day, HOUR, KST) for day in (first + timedelta(days=n) for n in range(days))}
    failed = {(board, at.astimezone(KST).date()) for board, at in ask(
        "SELECT spider, started_at FROM crawl WHERE verdict = 'failed'")}  # fmt: skip
    stored = {(board, board_id): closed for board, board_id, closed in ask(
        "SELECT board, board_id, closed_at IS NOT NULL FROM posting")}  # fmt: skip
    outcomes = {(board, board_id): outcome for board, board_id, outcome in ask(
        "SELECT board, board_id, outcome FROM sighting")}  # fmt: skip
    matcher, now = Matcher(courses().tracks.values()), max(crawled.values())
    for job in market_of(result.size, now):
        shown = [
            day for day, at in crawled.items() if job.posted_at <= at and not (job.is_closed(at) or job.is_gone(at))
        ]
        if shown and matcher.wanted(job.title, job.company):
            key = (job.board, job.board_id)
            readable = [day for day in shown if (job.board, day) not in failed]
            judge(result, job, now, stored.get(key), outcomes.get(key), bool(readable))


def judge(result: Soak, job: Job, now: datetime, closed: bool | None, outcome: str | None, readable: bool) -> None:
    """Count one posting that boards have shown: as it should be, explained, or not."""
    over = job.is_closed(now) or job.is_gone(now)
    name = f"{job.board} {job.board_id} {job.title}: market {'over' if over else 'open'}, stored {closed}, {outcome}"
    if closed is not None and closed == over:
        result.agreed["closed" if over else "open"] += 1
    elif closed is None and outcome == "duplicate":
        result.explained["the same posting under another number"] += 1
    elif closed is None and outcome == "closed" and over:
        result.explained["closed before it was opened"] += 1
    elif closed is None and over and not readable:
        result.explained["shown only on days on which the crawl failed"] += 1
    elif closed is False and over and last_check(job) == "unknown":
        result.explained["its page has no word for its state"] += 1
    else:
        result.unexplained.append(name)


def last_check(job: Job) -> str | None:
    """Return what the board said last of a stored posting."""
    rows = ask(
        "SELECT state FROM link_check JOIN posting ON posting_id = posting.id "
        "WHERE board = %s AND board_id = %s ORDER BY link_check.id DESC LIMIT 1", job.board, job.board_id,
    )  # fmt: skip
    return rows[0][0] if rows else None


def market_of(size: int, now: datetime) -> list[Job]:
    """Return every posting that the market has had in its memory."""
    market = Market(SEED, now, size)
    return [job for board in BOARDS for job in market.drawn(board)]


def ask(question: str, *values: object) -> list[tuple]:
    with closing(db.connect()) as database, database.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def main() -> int:
    """Run thirty days on a database of their own and print what they came to."""
    os.environ["JOB_POSTGRES_DATABASE"] = f"soak_{os.getpid()}"
    db.migrate(embedded.start())
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    result = soak(date(2026, 11, 1), days, size=600)
    print(f"{result.days} days, {len(BOARDS)} boards, about {result.size} postings listed at once")
    print(f"crawls: {dict(result.verdicts)}")
    print(f"failed because of: {dict(result.causes.most_common())}")
    print(f"as in the market: {dict(result.agreed)}")
    print(f"different, with a cause: {dict(result.explained)}")
    print(f"different, without: {len(result.unexplained)}", *result.unexplained[:20], sep="\n  ")
    return int(bool(result.unexplained))


if __name__ == "__main__":
    sys.exit(main())
