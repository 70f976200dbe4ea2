"""Who may get mail on a day, and if not, why. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from mailer_cli.records import Course, Status, Student

AFTER_START = relativedelta(months=4, days=15)
AFTER_END = relativedelta(months=6)
SUPPRESSED = "suppressed: "  # before the suppression's reason


class Refusal(StrEnum):
    """Why a student gets no mail of an edition, or a whole course no edition; SUPPRESSED + … is one more."""

    BEFORE_WINDOW = "before_window"
    AFTER_WINDOW = "after_window"
    EMPLOYED = "employed"
    DROPPED_OUT = "dropped_out"
    WITHDRAWN = "withdrawn"
    SWITCHED_OFF = "switched_off"
    NOT_ON_ROSTER = "not_on_roster"  # the LMS's last roster lacked them
    SAME_ADDRESS = "same_address"  # another student of the course with that address gets the mail
    MOVED = "moved"  # to another course since the edition was planned
    NO_POSTINGS = "no_postings"
    NO_RECIPIENTS = "no_recipients"


BY_STATUS = {
    Status.STUDYING: None,
    Status.COMPLETED: None,
    Status.COMPLETED_EARLY: None,
    Status.EMPLOYED: Refusal.EMPLOYED,
    Status.DROPPED_OUT: Refusal.DROPPED_OUT,
    Status.WITHDRAWN: Refusal.WITHDRAWN,
}


def course_window(starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and the last day on which a course gets mail, both included.

    Start + 4 calendar months 15 days, end + 6 calendar months. Months are added first and kept within the month
    (31 August + 6 months is 28 or 29 February), then the days.
    """
    return starts_on + AFTER_START, ends_on + AFTER_END


def outside_window(course: Course, day: date) -> Refusal | None:
    """Return why a course gets no mail on a day in Korea, or None."""
    first, last = course_window(course.starts_on, course.ends_on)
    if day < first:
        return Refusal.BEFORE_WINDOW
    return Refusal.AFTER_WINDOW if day > last else None


def why_not(student: Student, course: Course, day: date) -> Refusal | None:
    """Return why a student gets no mail on a day in Korea, or None.

    The first that holds: the course's window, the status, the switch, absence from the last roster.
    """
    switch = None if student.mail_on else Refusal.SWITCHED_OFF
    absent = Refusal.NOT_ON_ROSTER if student.missing_since else None
    return outside_window(course, day) or BY_STATUS[student.status] or switch or absent


def verdicts(
    students: Mapping[int, Student], course: Course, day: date, suppressed: Mapping[str, str]
) -> dict[int, str | None]:
    """Return for each student of a course why there is no mail for them on a day, or None.

    `suppressed` maps folded addresses to the reason. The first eligible student of an address, in the order given,
    gets its mail.
    """
    found: dict[int, str | None] = {}
    addresses: set[str] = set()
    for student_id, student in students.items():
        reason: str | None = why_not(student, course, day)
        if reason is None and student.address in suppressed:
            reason = SUPPRESSED + suppressed[student.address]
        if reason is None and student.address in addresses:
            reason = Refusal.SAME_ADDRESS
        if reason is None:
            addresses.add(student.address)
        found[student_id] = reason
    return found
