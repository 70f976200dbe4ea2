"""What courses were sent by an earlier system."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def write(on: "cursor", rows: Iterable[tuple[str, str, date, str | None, str | None]]) -> int:
    """Remember (course, link, day, board, board id) with each link's latest day; return how many are new or later."""
    latest: dict[tuple[str, str], tuple[str, str, date, str | None, str | None]] = {}
    for row in rows:
        known = latest.get(row[:2])
        latest[row[:2]] = row if known is None or row[2] > known[2] else known
    written = execute_values(
        on,
        """
        INSERT INTO sent_before (course_id, url, sent_on, board, board_id)
        SELECT course.id, url, sent_on::date, board, board_id
        FROM (VALUES %s) AS sent (course, url, sent_on, board, board_id) JOIN course ON course.name = course
        ON CONFLICT (course_id, url) DO UPDATE SET sent_on = EXCLUDED.sent_on
            WHERE sent_before.sent_on < EXCLUDED.sent_on
        RETURNING url
        """,
        latest.values(),
        template="(%s, %s, %s, %s::text, %s::text)",
        page_size=1000,
        fetch=True,
    )
    return len(written)


def unmatched(on: "cursor") -> int:
    """Return how many of the links are no posting that a crawl has stored so far."""
    on.execute(
        """
        SELECT count(*) FROM sent_before WHERE NOT EXISTS (
            SELECT FROM posting WHERE (posting.board, posting.board_id) = (sent_before.board, sent_before.board_id)
        ) AND NOT EXISTS (SELECT FROM posting WHERE sent_before.board IS NULL AND posting.url = sent_before.url)
        """
    )
    number: int = the_row(on)[0]
    return number
