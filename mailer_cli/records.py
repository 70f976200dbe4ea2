"""What the mailer keeps, as its rooms hand it to one another: courses, students, editions, what is claimed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """How a student's training stands, in the LMS's words."""

    STUDYING = "교육 중"
    COMPLETED = "수료"
    COMPLETED_EARLY = "조기 수료"
    EMPLOYED = "취업"
    DROPPED_OUT = "중도 포기"
    WITHDRAWN = "수강철회"


class EditionState(StrEnum):
    """How far a course's mailing has come."""

    PLANNED = "planned"
    CHECKED = "checked"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """How far one mail has come. The moves between them stand in the table delivery_move."""

    PLANNED = "planned"
    READY = "ready"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED_HARD = "bounced_hard"
    COMPLAINED = "complained"
    SKIPPED = "skipped"
    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"


# How a delivery stands that went, whatever became of it.
SENT = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED_HARD, DeliveryState.COMPLAINED)


@dataclass(frozen=True, slots=True)
class Course:
    """One run of a track, such as "BIGDATA 77"; it starts and ends on days in Korea."""

    name: str
    track: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Student:
    """A person of the LMS in one course; `mail_on` is the LMS's switch, `updated_at` is aware."""

    lms_id: str
    name: str
    email: str
    phone: str
    course: str
    status: Status
    mail_on: bool
    updated_at: datetime
    missing_since: datetime | None = None  # the last roster lacked them

    @property
    def address(self) -> str:
        """Return the address folded for comparing."""
        return self.email.lower()


@dataclass(frozen=True, slots=True)
class Edition:
    """A course's mailing at a slot (aware, KST)."""

    id: int
    course_id: int
    course: Course
    slot: datetime
    state: EditionState
    reason: str | None = None
    checked_at: datetime | None = None  # when its postings were last looked at


@dataclass(frozen=True, slots=True)
class Intent:
    """What an edition means to do for one student: mail them, or skip them for a reason."""

    student_id: int
    address: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery that this program alone may send, with its student and course as they are now."""

    delivery_id: str
    address: str  # that it was planned for, folded
    attempts: int
    attempt_id: int  # of the attempt that may follow
    edition: Edition
    student: Student
    late_reason: str | None = None  # why the edition may go long after its slot
    suppressed: str | None = None  # why the address is not to be mailed
