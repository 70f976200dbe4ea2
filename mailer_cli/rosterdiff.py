"""A roster's changes, a line for each student, for a person to read before they are taken. Pure."""

from collections.abc import Iterator

from jobdb.masking import beginning, masked
from mailer_cli.records import Student
from mailer_cli.roster import Roster, RosterChange


def lines(change: RosterChange, incoming: Roster, kept: Roster, *, reveal: bool) -> Iterator[str]:
    """Yield a line for each student that is new, differs, is gone or is back; addresses masked unless revealed."""
    for lms_id in change.new:
        student = incoming.students[lms_id]
        yield f"+ {lms_id}: {student.course}, {student.status}, {_switch(student)}"
    for lms_id, names in change.changed.items():
        old, new = kept.students[lms_id], incoming.students[lms_id]
        told = (f"{name} {_shown(old, name, reveal)} → {_shown(new, name, reveal)}" for name in names)
        yield f"~ {lms_id}: {', '.join(told)}"
    for lms_id in change.missing:
        yield f"- {lms_id}: {kept.students[lms_id].course}, {kept.students[lms_id].status}"
    for lms_id in change.back:
        yield f"< {lms_id}: back on the roster"


def _shown(student: Student, name: str, reveal: bool) -> str:
    value = getattr(student, name)
    if name == "mail_on":
        return _switch(student)
    if reveal or name not in ("email", "phone", "name"):
        return str(value)
    return masked(value) if name == "email" else beginning(value)


def _switch(student: Student) -> str:
    return "on" if student.mail_on else "off"
