"""Courses and students."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import execute_values

from mailer_cli.records import Course, Status, Student

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def courses(on: "cursor") -> dict[int, Course]:
    """Return every course by its id, in the order of their names."""
    on.execute("SELECT id, name, track, starts_on, ends_on FROM course ORDER BY name")
    return {row[0]: Course(*row[1:]) for row in on.fetchall()}


def students(on: "cursor", course_id: int | None = None, words: str | None = None) -> dict[int, Student]:
    """Return students by their ids in the order of their LMS ids.

    All of them, those of a course, or those whose LMS id, name or address is `words`.
    """
    on.execute(
        """
        SELECT student.id, lms_id, student.name, email, phone, course.name, status, mail_on, updated_at,
               missing_since
        FROM student JOIN course ON course.id = course_id
        WHERE (%(course_id)s IS NULL OR course_id = %(course_id)s)
          AND (%(words)s IS NULL OR %(words)s IN (lms_id, student.name) OR lower(email) = lower(%(words)s))
        ORDER BY lms_id
        """,
        {"course_id": course_id, "words": words},
    )
    return {row[0]: student_of(row[1:]) for row in on.fetchall()}


def student_of(row: tuple[Any, ...]) -> Student:
    """Return the student of a row: LMS id, name, e-mail, phone, course, status, switch, last change, missing since."""
    lms_id, name, email, phone, course, status, mail_on, updated_at, *missing_since = row
    return Student(lms_id, name, email, phone, course, Status(status), mail_on, updated_at, *missing_since)


def write(on: "cursor", new_courses: Iterable[Course], new_students: Iterable[Student]) -> None:
    """Insert or update courses by name and students by LMS id."""
    ids = execute_values(
        on,
        """
        INSERT INTO course (name, track, starts_on, ends_on) VALUES %s
        ON CONFLICT (name) DO UPDATE SET
            track = EXCLUDED.track, starts_on = EXCLUDED.starts_on, ends_on = EXCLUDED.ends_on
        RETURNING name, id
        """,
        [(course.name, course.track, course.starts_on, course.ends_on) for course in new_courses],
        fetch=True,
    )
    course_ids = dict(ids)
    execute_values(
        on,
        """
        INSERT INTO student (course_id, lms_id, name, email, phone, status, mail_on, updated_at) VALUES %s
        ON CONFLICT (lms_id) DO UPDATE SET
            course_id = EXCLUDED.course_id, name = EXCLUDED.name, email = EXCLUDED.email, phone = EXCLUDED.phone,
            status = EXCLUDED.status, mail_on = EXCLUDED.mail_on, updated_at = EXCLUDED.updated_at,
            missing_since = NULL
        """,
        [
            (course_ids[s.course], s.lms_id, s.name, s.email, s.phone, s.status, s.mail_on, s.updated_at)
            for s in new_students
        ],
        page_size=1000,
    )


def mark_missing(on: "cursor", present: Collection[str], now: datetime) -> None:
    """Say that the students whose LMS ids are not among those present are on the roster no more."""
    on.execute(
        "UPDATE student SET missing_since = %s WHERE missing_since IS NULL AND lms_id <> ALL(%s)", (now, list(present))
    )


def record_import(
    on: "cursor", source: str, now: datetime, counts: tuple[int, int, int, int], mass: str | None
) -> None:
    """Remember an import: (students, added, changed, gone), and the mass change that was confirmed."""
    on.execute(
        """
        INSERT INTO roster_import (source, imported_at, students, added, changed, gone, mass_change)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (source, now, *counts, mass),
    )


def last_mails(on: "cursor") -> list[tuple[Any, ...]]:
    """Return what each student last got, by LMS id.

    Rows of (LMS id, course, when a provider took their last mail, that mail's slot, and of their latest edition the
    course, slot, state and reason).
    """
    on.execute(
        """
        SELECT lms_id, course.name, got.ended_at, got.slot, latest.course, latest.slot, latest.state, latest.reason
        FROM student JOIN course ON course.id = student.course_id
        LEFT JOIN (
            SELECT DISTINCT ON (student_id) student_id, ended_at, slot
            FROM attempt JOIN delivery ON delivery.id = delivery_id JOIN edition ON edition.id = edition_id
            WHERE outcome = 'accepted' ORDER BY student_id, ended_at DESC
        ) AS got ON got.student_id = student.id
        LEFT JOIN (
            SELECT DISTINCT ON (student_id) student_id, course.name AS course, slot, delivery.state, delivery.reason
            FROM delivery JOIN edition ON edition.id = edition_id JOIN course ON course.id = edition.course_id
            ORDER BY student_id, slot DESC, edition.id DESC
        ) AS latest ON latest.student_id = student.id
        ORDER BY lms_id
        """
    )
    return on.fetchall()
