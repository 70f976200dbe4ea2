"""What a roster brings to what is kept, and when that is too much to take without asking. Pure."""

from collections import Counter
from dataclasses import dataclass, fields

from mailer_cli.records import Course, Student

TOO_MUCH = 0.30  # of the students, or of their switches
NOT_COMPARED = {"updated_at", "missing_since"}


@dataclass(frozen=True, slots=True)
class Roster:
    """Courses by name, and students by their LMS id."""

    courses: dict[str, Course]
    students: dict[str, Student]


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a roster brings; students are named by LMS id.

    `missing` were on the last roster and are not on this one; `back` were missing before. All are kept.
    """

    new: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]  # LMS id -> the fields that differ
    unchanged: int
    missing: tuple[str, ...]
    back: tuple[str, ...]
    courses_new: int
    courses_changed: int

    @property
    def fields(self) -> Counter[str]:
        """Return how many students differ in each field."""
        return Counter(name for names in self.changed.values() for name in names)


def compare(roster: Roster, kept: Roster) -> RosterChange:
    """Return what the roster changes in what is kept; a later `updated_at` alone is no change."""
    known = roster.students.keys() & kept.students.keys()
    changed = {lms_id: _differences(roster.students[lms_id], kept.students[lms_id]) for lms_id in sorted(known)}
    changed = {lms_id: names for lms_id, names in changed.items() if names}
    old = roster.courses.keys() & kept.courses.keys()
    absent = {lms_id for lms_id, student in kept.students.items() if student.missing_since}
    return RosterChange(
        new=tuple(sorted(roster.students.keys() - known)),
        changed=changed,
        unchanged=len(known) - len(changed),
        missing=tuple(sorted(kept.students.keys() - known - absent)),
        back=tuple(sorted(known & absent)),
        courses_new=len(roster.courses.keys() - old),
        courses_changed=sum(roster.courses[name] != kept.courses[name] for name in old),
    )


def mass_change(change: RosterChange, kept: Roster) -> str | None:
    """Return what a person must confirm, or None: more than 30 % of the students gone, or of the switches turned."""
    present = sum(student.missing_since is None for student in kept.students.values())
    known = len(kept.students) - len(change.missing)
    told = []
    if len(change.missing) > TOO_MUCH * present:
        told.append(f"{len(change.missing)} of {present} students are gone")
    if (turned := change.fields["mail_on"]) > TOO_MUCH * known:
        told.append(f"{turned} of {known} switches are turned")
    return " and ".join(told) or None


def _differences(new: Student, old: Student) -> tuple[str, ...]:
    names = (field.name for field in fields(Student) if field.name not in NOT_COMPARED)
    return tuple(name for name in names if getattr(new, name) != getattr(old, name))
