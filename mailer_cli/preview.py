"""One student's mail before it is sent: the same bytes as `send` would hand over."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from jobdb.errors import DataError
from jobdb.tracks import Track
from mailer_cli import letters
from mailer_cli.config import MailSettings
from mailer_cli.coursenames import no_course
from mailer_cli.delivery import Envelope
from mailer_cli.records import Edition, Student
from mailer_cli.report import words
from mailer_cli.screen import when
from mailer_cli.store import deliveries, editions, roster

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def mail_of(
    on: "cursor", student_words: str, slot: datetime | None, tracks: Mapping[str, Track], settings: MailSettings
) -> Envelope:
    """Return the mail that a student gets at a slot, or at the latest one planned for the course.

    DataError when nobody, or more than one, is meant by the words, when no edition was planned, when the student is
    skipped, or when no posting was chosen.
    """
    student_id, student = the_student(on, student_words)
    edition = _the_edition(on, student, slot)
    row = deliveries.of_student(on, edition.id, student_id)
    if row is None:
        raise DataError(f"{student.lms_id} came into {student.course} after it was planned; run `mailer plan`")
    delivery_id, state, reason = row
    if state == "skipped":
        raise DataError(f"{student.lms_id} gets no mail at {when(edition.slot)}: {words(str(reason))}")
    mail = letters.edition_mail(on, edition, tracks[edition.course.track])
    return letters.envelope(mail, student, delivery_id, settings)


def the_student(on: "cursor", student_words: str) -> tuple[int, Student]:
    """Return the one student whose LMS id, name or address is meant; DataError when it is nobody, or several."""
    found = roster.students(on, words=student_words)
    if not found:
        raise DataError("no such student; name an LMS id, a name or an address of the roster")
    if len(found) > 1:
        ids = ", ".join(student.lms_id for student in found.values())
        raise DataError(f"{len(found)} students are meant: name one of the LMS ids {ids}")
    return next(iter(found.items()))


def any_student(on: "cursor", course: str, slot: datetime | None) -> str:
    """Return the LMS id of the first student who gets mail of a course's edition; DataError when nobody does."""
    planned = editions.find(on, slot=slot)
    found = [edition for edition in planned if edition.course.name == course]
    if planned and not found:
        raise DataError(no_course(course, {edition.course.name for edition in planned}))
    lms_id = deliveries.first_of(on, found[-1].id) if found else None
    if lms_id is None:
        raise DataError(f"nobody of {course} gets a planned mail{_at(slot)}; see `mailer status`")
    return lms_id


def _the_edition(on: "cursor", student: Student, slot: datetime | None) -> Edition:
    planned = [edition for edition in editions.find(on, slot=slot) if edition.course.name == student.course]
    if not planned:
        raise DataError(f"no edition was planned for {student.course}{_at(slot)}; run `mailer plan`")
    return planned[-1]


def _at(slot: datetime | None) -> str:
    return f" at {when(slot)}" if slot else ""
