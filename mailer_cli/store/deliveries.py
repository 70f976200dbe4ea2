"""Deliveries: one row for each student of an edition, claimed by one sender, recorded before and after each attempt."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from mailer_cli.records import Claim, Course, DeliveryState, Edition, EditionState, Intent
from mailer_cli.store import the_row
from mailer_cli.store.roster import student_of

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
        page_size=1000,
        ],
    )


def claim(on: "cursor", edition_ids: Sequence[int], now: datetime) -> Claim | None:
    """Return the next ready delivery of editions that are sending, locked until the transaction ends, or None.

    Deliveries that another sender holds are stepped over, so that several may work on one edition.
    """
    on.execute(
        """
        SELECT delivery.id::text, address, attempts,
               edition.id, edition.course_id, course.name, course.track, course.starts_on, course.ends_on, slot,
               edition.state, edition.reason,
               lms_id, student.name, email, phone, own.name, status, mail_on, student.updated_at
        FROM delivery JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id
        JOIN student ON student.id = student_id JOIN course AS own ON own.id = student.course_id
        WHERE edition_id = ANY(%s) AND edition.state = 'sending'
          AND delivery.state = 'ready' AND (next_try_at IS NULL OR next_try_at <= %s)
        ORDER BY edition_id, student_id LIMIT 1 FOR UPDATE OF delivery SKIP LOCKED
        """,
        (list(edition_ids), now),
    )
    row = on.fetchone()
    if row is None:
        return None
    edition = Edition(row[3], row[4], Course(*row[5:9]), row[9], EditionState(row[10]), row[11])
    return Claim(row[0], row[1], row[2], edition, student_of(row[12:]))


def readdress(on: "cursor", claimed: Claim, address: str) -> bool:
    """Give a claimed delivery its student's new address; False when another of the edition has that address."""
    on.execute(
        """
        UPDATE delivery SET address = %(address)s WHERE id = %(id)s AND NOT EXISTS (
            SELECT FROM delivery AS other
            WHERE other.edition_id = %(edition)s AND other.address = %(address)s AND other.state <> 'skipped'
        )
        """,
        {"address": address, "id": claimed.delivery_id, "edition": claimed.edition.id},
    )
    return on.rowcount == 1


def skip(on: "cursor", delivery_id: str, reason: str, now: datetime) -> None:
    """Say that a delivery will not be sent, and why."""
    on.execute(
        "UPDATE delivery SET state = 'skipped', reason = %s, updated_at = %s WHERE id = %s", (reason, now, delivery_id)
    )


def begin_attempt(on: "cursor", delivery_id: str, route: str, now: datetime) -> int:
    """Mark a delivery as being sent and return the attempt's id; to be committed before the provider is called."""
    on.execute("UPDATE delivery SET state = 'sending', updated_at = %s WHERE id = %s", (now, delivery_id))
    on.execute(
        "INSERT INTO attempt (delivery_id, route, started_at) VALUES (%s, %s, %s) RETURNING id",
        (delivery_id, route, now),
    )
    attempt_id: int = the_row(on)[0]
    return attempt_id


def end_attempt(on: "cursor", attempt_id: int, outcome: str, detail: str | None, now: datetime) -> None:
    """Record how an attempt ended: accepted, not_sent, failed or unknown."""
    on.execute(
        "UPDATE attempt SET outcome = %s, detail = %s, ended_at = %s WHERE id = %s", (outcome, detail, now, attempt_id)
    )


def settle(
    on: "cursor",
    delivery_id: str,
    state: DeliveryState,
    now: datetime,
    *,
    reason: str | None = None,
    message_id: str | None = None,
    attempts: int,
    next_try_at: datetime | None = None,
) -> None:
    """Record what an attempt made of a delivery; `attempts` counts those that reached the provider."""
    on.execute(
        """
        UPDATE delivery SET state = %s, reason = %s, message_id = %s, attempts = %s, next_try_at = %s, updated_at = %s
        WHERE id = %s
        """,
        (state, reason, message_id, attempts, next_try_at, now, delivery_id),
    )


def give_up_leftovers(on: "cursor", before: datetime, now: datetime) -> int:
    """Turn deliveries whose attempt began before an instant and never ended into unknown; return how many.

    Their sender died between the call and the record: the mail may have gone, so it is never sent again blindly.
    """
    on.execute(
        """
        UPDATE attempt SET outcome = 'unknown', detail = 'the sender died', ended_at = %s
        FROM delivery WHERE delivery.id = delivery_id AND state = 'sending' AND ended_at IS NULL AND started_at < %s
        RETURNING delivery_id
        """,
        (now, before),
    )
    ids = [delivery_id for (delivery_id,) in on.fetchall()]
    on.execute(
        """
        UPDATE delivery SET state = 'unknown', reason = 'sender_died', attempts = attempts + 1, updated_at = %s
        WHERE id = ANY(%s::uuid[])
        """,
        (now, ids),
    )
    return len(ids)


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


def of_student(on: "cursor", edition_id: int, student_id: int) -> tuple[str, str, str | None] | None:
    """Return (delivery id, state, reason) of a student's mail in an edition."""
    on.execute(
        "SELECT id::text, state, reason FROM delivery WHERE edition_id = %s AND student_id = %s",
        (edition_id, student_id),
    )
    return on.fetchone()
