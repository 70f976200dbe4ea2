"""Suppressions that come of events: the same rows whatever order the events came in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import execute_values

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# (folded address, reason, detail, since, until)
Row = tuple[str, str, str, datetime, datetime | None]


def suppress(on: "cursor", rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Suppress addresses, and return (address, reason) of those that were not suppressed so before.

    What happened before somebody lifted that reason makes it anew neither when it is told late nor when it is told
    again; a new consent answers every earlier refusal, however it was said. Of several happenings of one reason the
    first is kept, and of a rest the last.
    """
    if not rows:
        return []
    added = execute_values(
        on,
        """
        INSERT INTO suppression AS standing (address, reason, detail, since, until)
        SELECT DISTINCT ON (address, reason) address, reason, detail, since, until
        FROM (VALUES %s) AS told (address, reason, detail, since, until)
        WHERE NOT EXISTS (
            SELECT FROM suppression AS lifted
            WHERE lifted.address = told.address AND lifted_at >= told.since
              AND (lifted.reason = told.reason OR (
                  told.reason IN ('one_click', 'page') AND lifted.reason IN ('form', 'one_click', 'page', 'manual')))
        )
        ORDER BY address, reason, until DESC, since, detail
        ON CONFLICT (address, reason) WHERE lifted_at IS NULL DO UPDATE
            SET since = EXCLUDED.since, until = EXCLUDED.until, detail = EXCLUDED.detail
            WHERE EXCLUDED.until > standing.until OR (EXCLUDED.until IS NULL AND EXCLUDED.since < standing.since)
        RETURNING address, reason, xmax = 0
        """,
        rows,
        template="(%s, %s, %s, %s::timestamptz, %s::timestamptz)",
        page_size=len(rows),
        fetch=True,
    )
    return [(address, reason) for address, reason, new in added if new]


def bounces(on: "cursor", mailboxes: Collection[tuple[int, str]]) -> list[tuple[Any, ...]]:
    """Return what came back of the mails of courses to addresses, given as (course id, address), the editions in order.

    Rows of (course id, address, edition id, instant and detail of a bounce, or None twice).
    """
    courses, addresses = zip(*sorted(mailboxes), strict=True)
    on.execute(
        """
        SELECT edition.course_id, delivery.address, edition.id, occurred_at, detail
        FROM unnest(%s::bigint[], %s::text[]) AS told (course_id, address)
        JOIN edition ON edition.course_id = told.course_id
        JOIN delivery ON delivery.edition_id = edition.id AND delivery.address = told.address
            AND delivery.state <> 'skipped' AND delivery.state NOT IN ('planned', 'ready', 'held', 'failed')
        LEFT JOIN mail_event ON mail_event.delivery_id = delivery.id AND mail_event.kind = 'bounce'
        ORDER BY edition.course_id, delivery.address, slot, edition.id, occurred_at
        """,
        (list(courses), list(addresses)),
    )
    return on.fetchall()
