"""Figures for Prometheus: rows of (labels, value)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Rows = list[tuple[tuple[str, ...], float]]

# name -> (what it says, its labels, the statement: the labels' columns, then the value)
GAUGES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "jobmail_crawl_started_seconds": (
        "When the board's latest crawl began, in seconds since 1970.",
        ("board",),
        "SELECT spider, extract(epoch FROM max(started_at)) FROM crawl GROUP BY spider",
    ),
    "jobmail_crawl_stored": (
        "New or changed postings of the board's latest crawl.",
        ("board",),
        "SELECT DISTINCT ON (spider) spider, stored FROM crawl ORDER BY spider, started_at DESC, id DESC",
    ),
    "jobmail_crawl_ok": (
        "1 when the board's latest crawl was well, 0 when it failed, is suspect or has not ended.",
        ("board",),
        "SELECT DISTINCT ON (spider) spider, (verdict IS NOT DISTINCT FROM 'ok')::int FROM crawl "
        "ORDER BY spider, started_at DESC, id DESC",
    ),
    "jobmail_postings_open": (
        "Postings that are not known to be closed.",
        ("board",),
        "SELECT board, count(*) FROM posting WHERE closed_at IS NULL GROUP BY board",
    ),
    "jobmail_deliveries": (
        "Mails of the latest slot that has editions, by state.",
        ("state",),
        "SELECT delivery.state, count(*) FROM delivery JOIN edition ON edition.id = edition_id "
        "WHERE slot = (SELECT max(slot) FROM edition) GROUP BY delivery.state",
    ),
    "jobmail_deliveries_unknown": (
        "Mails of which nobody can tell whether they went.",
        (),
        "SELECT count(*) FROM delivery WHERE state = 'unknown'",
    ),
    "jobmail_events_unmatched": (
        "Events that belong to no mail of ours.",
        (),
        "SELECT count(*) FROM mail_event WHERE delivery_id IS NULL",
    ),
    "jobmail_job_started_seconds": (
        "When the scheduled job last began, in seconds since 1970.",
        ("job",),
        "SELECT job, extract(epoch FROM max(started_at)) FROM job_run GROUP BY job",
    ),
    "jobmail_job_exit_code": (
        "How the scheduled job last ended; -1 while it runs, or when it was killed.",
        ("job",),
        "SELECT DISTINCT ON (job) job, coalesce(exit_code, -1) FROM job_run ORDER BY job, started_at DESC, id DESC",
    ),
    "jobmail_incidents_open": (
        "What is wrong now, by kind.",
        ("kind",),
        "SELECT kind, count(*) FROM incident WHERE closed_at IS NULL GROUP BY kind",
    ),
}


def rows(on: "cursor", name: str) -> Rows:
    """Return one gauge's rows."""
    on.execute(GAUGES[name][2])
    return [(tuple(map(str, row[:-1])), float(row[-1])) for row in on.fetchall()]
