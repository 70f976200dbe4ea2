"""The facts that watching judges: crawls, jobs, slots, mails."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailer_cli.records import SENT
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def last_crawls(on: "cursor", boards: Collection[str]) -> list[tuple[str, datetime, str | None, str | None]]:
    """Return (board, start, verdict, cause) of the boards' latest crawls."""
    on.execute(
        """
        SELECT DISTINCT ON (spider) spider, started_at, verdict, cause FROM crawl
        WHERE spider = ANY(%s) ORDER BY spider, started_at DESC, id DESC
        """,
        (list(boards),),
    )
    return on.fetchall()


def last_runs(on: "cursor", job: str, most: int) -> list[tuple[datetime, int | None, str]]:
    """Return (start, exit code or None, last words) of a job's latest runs, the newest first."""
    on.execute(
        "SELECT started_at, exit_code, detail FROM job_run WHERE job = %s ORDER BY started_at DESC, id DESC LIMIT %s",
        (job, most),
    )
    return on.fetchall()


def schedule_since(on: "cursor") -> datetime | None:
    """Return when a scheduled job first ran here; None: none ever did."""
    on.execute("SELECT min(started_at) FROM job_run")
    at: datetime | None = the_row(on)[0]
    return at


def mailing_since(on: "cursor") -> datetime | None:
    """Return the first slot that was ever planned here, or None."""
    on.execute("SELECT min(slot) FROM edition")
    at: datetime | None = the_row(on)[0]
    return at


def slot_states(on: "cursor", slot: datetime) -> dict[str, int]:
    """Return a slot's deliveries by state; those skipped because there were no postings count as `no_postings`."""
    on.execute(
        """
        SELECT CASE WHEN delivery.state = 'skipped' AND delivery.reason = 'no_postings' THEN 'no_postings'
                    ELSE delivery.state END, count(*)
        FROM delivery JOIN edition ON edition.id = edition_id WHERE slot = %s GROUP BY 1
        """,
        (slot,),
    )
    return dict(on.fetchall())


def sent_before(on: "cursor", slot: datetime, most: int) -> list[int]:
    """Return how many mails left at each of the slots before one."""
    on.execute(
        """
        SELECT (SELECT count(*) FROM delivery JOIN edition ON edition.id = edition_id
                WHERE edition.slot = earlier.slot AND delivery.state = ANY(%s))
        FROM (SELECT DISTINCT slot FROM edition WHERE slot < %s ORDER BY slot DESC LIMIT %s) AS earlier
        """,
        (list(SENT), slot, most),
    )
    return [count for (count,) in on.fetchall()]


def unknown_since(on: "cursor", before: datetime) -> int:
    """Return how many mails have been unknown since before an instant: an event may settle younger ones by itself."""
    on.execute("SELECT count(*) FROM delivery WHERE state = 'unknown' AND updated_at < %s", (before,))
    count: int = the_row(on)[0]
    return count


def harm_since(on: "cursor", since: datetime) -> tuple[int, int, int]:
    """Return the mails of the slots since an instant, those that bounced for good, and those complained of."""
    on.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE delivery.state = 'bounced_hard'),
               count(*) FILTER (WHERE delivery.state = 'complained')
        FROM delivery JOIN edition ON edition.id = edition_id WHERE slot >= %s AND delivery.state = ANY(%s)
        """,
        (since, list(SENT)),
    )
    row: Sequence[Any] = the_row(on)
    return row[0], row[1], row[2]


def server_time(on: "cursor") -> datetime:
    """Return what the database's clock says."""
    on.execute("SELECT clock_timestamp()")
    at: datetime = the_row(on)[0]
    return at
