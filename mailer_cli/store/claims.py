"""Claims: the next delivery that one sender alone may send, with everything that is looked at again before it goes."""

from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.records import Claim, Course, Edition, EditionState, Student
from mailer_cli.store.prepared import Prepared
from mailer_cli.store.roster import student_of
from mailer_cli.store.suppressions import PERSONAL

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

READDRESSING = 0x4A4E  # the first key of an advisory lock; the second is the edition's id
CLAIM = Prepared(
    "claim_delivery",
    "bigint, timestamptz",
    f"""
    WITH next AS (
        SELECT id, edition_id, student_id, address, attempts FROM delivery
        WHERE edition_id = $1 AND state = 'ready' AND (next_try_at IS NULL OR next_try_at <= $2)
        ORDER BY student_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    SELECT next.id::text, address, attempts, nextval(pg_get_serial_sequence('attempt', 'id')),
           edition.id, edition.course_id, course.name, course.track, course.starts_on, course.ends_on, slot,
           edition.state, edition.reason, late_reason,
           (SELECT reason FROM suppression
            WHERE suppression.address IN (next.address, lower(student.email))
              AND (suppression.address = lower(student.email) OR reason IN {PERSONAL})
              AND lifted_at IS NULL AND (until IS NULL OR until > $2) ORDER BY since LIMIT 1),
           lms_id, student.name, email, phone, own.name, status, mail_on, student.updated_at,
           student.missing_since
    FROM next JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id
    JOIN student ON student.id = student_id JOIN course AS own ON own.id = student.course_id
    WHERE edition.state = 'sending' AND paused_at IS NULL
    """,  # noqa: S608
)


def claim(on: "cursor", edition_id: int, now: datetime) -> Claim | None:
    """Return the next ready delivery of an edition that is sending, locked until the transaction ends, or None.

    Deliveries that another sender holds are stepped over, so that several may work on one edition. A paused edition
    has none. The student, the course and the standing suppressions of the address are as they are now.
    """
    CLAIM.execute(on, edition_id, now)
    row = on.fetchone()
    if row is None:
        return None
    edition = Edition(row[4], row[5], Course(*row[6:10]), row[10], EditionState(row[11]), row[12])
    return Claim(row[0], row[1], row[2], row[3], edition, student_of(row[15:]), row[13], row[14])


def readdress(on: "cursor", claimed: Claim, address: str) -> bool:
    """Give a claimed delivery its student's new address; False when another of the edition has that address."""
    # Two claims may want the same address: the second looks after the first has ended.
    on.execute("SELECT pg_advisory_xact_lock(%s, %s)", (READDRESSING, claimed.edition.id))
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


def put_aside(on: "cursor", delivery_id: str, state: str, reason: str, now: datetime) -> None:
    """Say that a claimed delivery will not be sent (skipped, held, failed), and why."""
    on.execute(
        "UPDATE delivery SET state = %s, reason = %s, updated_at = %s WHERE id = %s", (state, reason, now, delivery_id)
    )


def first_ready(on: "cursor", edition_id: int) -> tuple[str, Student] | None:
    """Return (delivery id, student) of an edition's next ready delivery, or None; nothing is claimed."""
    on.execute(
        """
        SELECT delivery.id::text, lms_id, student.name, email, phone, course.name, status, mail_on, student.updated_at,
               missing_since
        FROM delivery JOIN student ON student.id = student_id JOIN course ON course.id = student.course_id
        WHERE edition_id = %s AND delivery.state = 'ready' ORDER BY student_id LIMIT 1
        """,
        (edition_id,),
    )
    row = on.fetchone()
    return (row[0], student_of(row[1:])) if row else None
