"""One row of a roster → a course and a student, strictly. Pure."""

import re
from collections.abc import Collection
from datetime import date, datetime

from jobdb.clock import KST
from jobdb.masking import beginning, masked
from mailer_cli.records import Course, Status, Student
from mailer_cli.settingstable import ADDRESS

COLUMNS = (
    "lms_id", "name", "email", "phone", "track", "course", "starts_on", "ends_on", "status", "mail_on", "updated_at",
)  # fmt: skip
MAY_BE_EMPTY = {"phone"}
SWITCH = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False, "y": True, "n": False}
STATUSES = {status.replace(" ", ""): status for status in Status}
LONGEST = 200
ZERO_LOST = re.compile(r"1[016-9]\d{7,8}")  # Excel takes a mobile phone's 01012345678 for a number
A_DAY = re.compile(r"(19|20)\d\d[-./년][-./년월일T:+\d ]{,30}")


class BadRow(Exception):
    """A row that cannot be taken; the text names the column and the remedy, and holds nothing whole of a person."""


def read_row(row: dict[str, str], tracks: Collection[str]) -> tuple[Course, Student]:
    """Read one row by column names; BadRow says what to mend. Times without an offset are in KST."""
    words = {name: _words(name, value) for name, value in row.items()}
    if words["track"] not in tracks:
        raise BadRow(f"track {_quoted(words['track'])} is not one of {', '.join(sorted(tracks))}")
    course = Course(words["course"], words["track"], _day(words, "starts_on"), _day(words, "ends_on"))
    if course.starts_on > course.ends_on:
        raise BadRow(f"starts_on {course.starts_on} is after ends_on {course.ends_on}")
    student = Student(
        lms_id=words["lms_id"],
        name=words["name"],
        email=_address(words["email"]),
        phone=_phone(words["phone"]),
        course=course.name,
        status=_status(words["status"]),
        mail_on=_switch(words["mail_on"]),
        updated_at=_instant(words["updated_at"]),
    )
    return course, student


def _words(name: str, value: str) -> str:
    words = re.sub(r"\s+", " ", value).strip()
    if not words and name not in MAY_BE_EMPTY:
        raise BadRow(f"{name} is empty; fill it in")
    if not words.isprintable() or len(words) > LONGEST:
        raise BadRow(f"{name} holds characters that do not print, or more than {LONGEST}; type it anew")
    return words


def _quoted(text: str) -> str:
    """Return a wrong day whole, of any other word the beginning: where columns were shifted, it is somebody's."""
    return repr(text if A_DAY.fullmatch(text) else beginning(text))


def _day(words: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(words[name])
    except ValueError:
        raise BadRow(f"{name} {_quoted(words[name])} is no day; write it like 2026-11-24") from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise BadRow(f"updated_at {_quoted(text)} is no time; write it like 2026-11-24T10:00+09:00") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=KST)


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text) or ".." in text or len(text) > 254:
        raise BadRow(f"email {masked(text) if '@' in text else 'without @'} is no address; mend it in the LMS")
    return text


def _phone(text: str) -> str:
    return f"0{text}" if ZERO_LOST.fullmatch(text) else text


def _status(text: str) -> Status:
    status = STATUSES.get(text.replace(" ", ""))
    if status is None:
        raise BadRow(f"status {_quoted(text)} is not one of {', '.join(Status)}")
    return status


def _switch(text: str) -> bool:
    switch = SWITCH.get(text.lower())
    if switch is None:
        raise BadRow(f"mail_on {_quoted(text)} is not on or off")
    return switch
