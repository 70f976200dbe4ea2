"""Who may get mail on a day, and if not, why. Pure."""

from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from mailer_cli.records import Course, Status, Student

AFTER_START = relativedelta(months=4, days=15)
AFTER_END = relativedelta(months=6)


class Refusal(StrEnum):
    """Why a student gets no mail of an edition, or a whole course no edition."""

    BEFORE_WINDOW = "before_window"
    AFTER_WINDOW = "after_window"
    EMPLOYED = "employed"
    DROPPED_OUT = "dropped_out"
    WITHDRAWN = "withdrawn"
    SWITCHED_OFF = "switched_off"
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
    """Return why a student gets no mail on a day in Korea: the course's window, the status, the switch; or None."""
    switch = None if student.mail_on else Refusal.SWITCHED_OFF
    return outside_window(course, day) or BY_STATUS[student.status] or switch
