"""Deliveries of which nobody can tell whether they went, and what an operator decides about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

COLUMNS = (
    "delivery_id", "edition_id", "course", "slot", "lms_id", "address", "reason", "attempts", "way", "started_at",
)  # fmt: skip


def listing(on: "cursor") -> list[dict[str, Any]]:
    """Return every unknown delivery with its latest attempt, the oldest first."""
    on.execute(
        """
        SELECT delivery.id::text, edition_id, course.name, slot, lms_id, address, delivery.reason, attempts,
               latest.route, latest.started_at
        FROM delivery JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id
        JOIN student ON student.id = student_id
        LEFT JOIN LATERAL (
            SELECT route, started_at FROM attempt WHERE delivery_id = delivery.id ORDER BY id DESC LIMIT 1
        ) AS latest ON true
        WHERE delivery.state = 'unknown' ORDER BY latest.started_at NULLS FIRST, lms_id
        """
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in on.fetchall()]


def count(on: "cursor") -> int:
    """Return how many deliveries are unknown."""
    on.execute("SELECT count(*) FROM delivery WHERE state = 'unknown'")
    return int((on.fetchone() or (0,))[0])


def named(on: "cursor", words: str) -> list[tuple[str, str, str]]:
    """Return (delivery id, its state, its edition's state) of the deliveries whose id begins with some words."""
    on.execute(
        """
        SELECT delivery.id::text, delivery.state, edition.state FROM delivery JOIN edition ON edition.id = edition_id
        WHERE starts_with(delivery.id::text, lower(%s)) LIMIT 2
        """,
        (words,),
    )
    return on.fetchall()


def settle(on: "cursor", delivery_ids: Sequence[str], state: str, why: str, now: datetime) -> int:
    """Give unknown deliveries the state that an operator decided on; return how many were still unknown."""
    on.execute(
        """
        UPDATE delivery SET state = %s, reason = %s, next_try_at = NULL, updated_at = %s
        WHERE id = ANY(%s::uuid[]) AND state = 'unknown' RETURNING edition_id
        """,
        (state, why, now, list(delivery_ids)),
    )
    editions = [edition_id for (edition_id,) in on.fetchall()]
    if state == "ready":
        _open_again(on, editions, why)
    return len(editions)


def _open_again(on: "cursor", edition_ids: Sequence[int], why: str) -> None:
    """Let editions send again; the operator's reason also tells why that may be late."""
    on.execute(
        """
        UPDATE edition SET state = 'sending', reason = NULL, late_reason = coalesce(late_reason, %s)
        WHERE id = ANY(%s) AND state <> 'cancelled'
        """,
        (why, list(edition_ids)),
    )
