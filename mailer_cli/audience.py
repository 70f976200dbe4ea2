"""Who would get mail on a day as the roster stands, and why the others not."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jobdb.errors import DataError
from mailer_cli.coursenames import no_course
from mailer_cli.eligibility import verdicts
from mailer_cli.records import Student
from mailer_cli.store import roster, suppressions

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True, slots=True)
class Entry:
    """A student, and why there is no mail for them; None: there is."""

    student: Student
    reason: str | None


def audience(on: "cursor", slot: datetime, course_name: str | None = None) -> list[Entry]:
    """Return an entry for every student (of a course, or of all) at a slot, by course and LMS id.

    DataError when there is no such course.
    """
    known = roster.courses(on)
    if not known:
        raise DataError("there are no courses; run `mailer roster import FILE.csv`")
    courses = {key: course for key, course in known.items() if course_name in (None, course.name)}
    if course_name and not courses:
        raise DataError(no_course(course_name, (course.name for course in known.values())))
    by_course: dict[str, dict[int, Student]] = {course.name: {} for course in courses.values()}
    for student_id, student in roster.students(on).items():
        if student.course in by_course:
            by_course[student.course][student_id] = student
    suppressed = suppressions.standing(on, slot)
    entries = []
    for course in courses.values():
        students = by_course[course.name]
        reasons = verdicts(students, course, slot.date(), suppressed)
        entries += [Entry(student, reasons[student_id]) for student_id, student in students.items()]
    return entries
