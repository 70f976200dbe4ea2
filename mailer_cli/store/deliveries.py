"""Deliveries: one row for each student of an edition, and how they stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from mailer_cli.records import Intent
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def write(on: "cursor", edition_id: int, intents: Sequence[Intent], now: datetime) -> None:
    """Write a row for every student of an edition: planned, or skipped with the reason."""
    execute_values(
        on,
        "INSERT INTO delivery (edition_id, student_id, address, state, reason, updated_at) VALUES %s",
        [
            (
                edition_id,
                intent.student_id,
                intent.address,
                "skipped" if intent.reason else "planned",
                intent.reason,
                now,
            )
            for intent in intents
        ],
        page_size=1000,
    )


def count(on: "cursor", edition_ids: Sequence[int]) -> dict[str, int]:
    """Return how many deliveries of editions are in each state."""
    on.execute(
        "SELECT state, count(*) FROM delivery WHERE edition_id = ANY(%s) GROUP BY state ORDER BY state",
        (list(edition_ids),),
    )
    return dict(on.fetchall())


def waiting(on: "cursor", edition_ids: Sequence[int]) -> tuple[int, datetime | None]:
    """Return how many deliveries are ready, and when the first that failed may be tried again."""
    on.execute(
        "SELECT count(*), min(next_try_at) FROM delivery WHERE edition_id = ANY(%s) AND state = 'ready'",
        (list(edition_ids),),
    )
    found, soonest = the_row(on)
    return found, soonest


def first_of(on: "cursor", edition_id: int) -> str | None:
    """Return the LMS id of the first student whose mail of an edition is not skipped."""
    on.execute(
        """
        SELECT lms_id FROM delivery JOIN student ON student.id = student_id
        WHERE edition_id = %s AND state <> 'skipped' ORDER BY student_id LIMIT 1
        """,
        (edition_id,),
    )
    row = on.fetchone()
    return row[0] if row else None


def of_student(on: "cursor", edition_id: int, student_id: int) -> tuple[str, str, str | None] | None:
    """Return (delivery id, state, reason) of a student's mail in an edition."""
    on.execute(
        "SELECT id::text, state, reason FROM delivery WHERE edition_id = %s AND student_id = %s",
        (edition_id, student_id),
    )
    return on.fetchone()
