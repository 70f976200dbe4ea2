"""Who got a mail, who did not and why: a row for each student of some editions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

COLUMNS = ("course", "lms_id", "name", "address", "state", "reason", "attempts", "at", "message_id")


def of_students(on: "cursor", edition_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return how each student's mail stands, by course and LMS id."""
    on.execute(
        """
        SELECT course.name, lms_id, student.name, address, delivery.state, delivery.reason, attempts,
               delivery.updated_at, message_id
        FROM delivery JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id
        JOIN student ON student.id = student_id
        WHERE edition_id = ANY(%s) ORDER BY slot, course.name, lms_id
        """,
        (list(edition_ids),),
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in on.fetchall()]
