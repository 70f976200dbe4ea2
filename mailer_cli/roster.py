"""The school's students and courses, from the LMS's CSV: all of a file or nothing of it."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from jobdb.errors import DataError
from mailer_cli.records import Course, Student
from mailer_cli.rosterrow import COLUMNS, BadRow, read_row

SHOWN = 10  # bad rows named in an error


@dataclass(frozen=True, slots=True)
class Roster:
    """Courses by name, and students by their LMS id."""

    courses: dict[str, Course]
    students: dict[str, Student]


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a roster brings to what is kept; the missing are kept too."""

    new: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]  # LMS id -> the fields that differ
    unchanged: int
    missing: tuple[str, ...]
    courses_new: int
    courses_changed: int

    @property
    def fields(self) -> Counter[str]:
        """Return how many students differ in each field."""
        return Counter(name for names in self.changed.values() for name in names)


def read_roster(path: Path, tracks: Collection[str]) -> Roster:
    """Read a roster's CSV (UTF-8 with or without BOM); DataError names the file, up to ten bad rows and the remedy."""
    roster = Roster({}, {})
    bad: list[str] = []
    for line, row in _rows(path):
        try:
            _add(roster, *read_row(row, tracks))
        except BadRow as error:
            bad.append(f"{path}: row {line}: {error}")
    if bad:
        more = [f"{path}: and {len(bad) - SHOWN} more rows"] if len(bad) > SHOWN else []
        raise DataError("\n".join([*bad[:SHOWN], *more, f"{path}: nothing was imported"]))
    if not roster.students:
        raise DataError(f"{path}: no students below the header; export the roster again")
    return roster


def compare(roster: Roster, kept: Roster) -> RosterChange:
    """Return what the roster changes in what is kept; a later `updated_at` alone is no change."""
    known = roster.students.keys() & kept.students.keys()
    changed = {lms_id: _differences(roster.students[lms_id], kept.students[lms_id]) for lms_id in sorted(known)}
    changed = {lms_id: names for lms_id, names in changed.items() if names}
    old = roster.courses.keys() & kept.courses.keys()
    return RosterChange(
        new=tuple(sorted(roster.students.keys() - known)),
        changed=changed,
        unchanged=len(known) - len(changed),
        missing=tuple(sorted(kept.students.keys() - known)),
        courses_new=len(roster.courses.keys() - old),
        courses_changed=sum(roster.courses[name] != kept.courses[name] for name in old),
    )


def _differences(new: Student, old: Student) -> tuple[str, ...]:
    names = (field.name for field in fields(Student) if field.name != "updated_at")
    return tuple(name for name in names if getattr(new, name) != getattr(old, name))


def _add(roster: Roster, course: Course, student: Student) -> None:
    if student.lms_id in roster.students:
        raise BadRow(f"lms_id {student.lms_id} stands twice; keep one row for each student")
    if roster.courses.setdefault(course.name, course) != course:
        raise BadRow(f"course {course.name} has another track or other dates in an earlier row; make them agree")
    roster.students[student.lms_id] = student


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, column -> words) of each row; DataError for a file that is no table of our columns."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name the roster's CSV file") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; save it as CSV UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header)
        for values in reader:
            if values:
                yield reader.line_num, _named(path, reader.line_num, header, values)
    except csv.Error as error:
        raise DataError(f"{path}: row {reader.line_num}: {error}; mend the quotes") from None


def _check_header(path: Path, header: list[str]) -> None:
    expected = ", ".join(COLUMNS)
    if missing := [name for name in COLUMNS if name not in header]:
        raise DataError(f"{path}: row 1: no column {', '.join(missing)}; the columns are {expected}")
    if unknown := [name or "(blank)" for name in header if name not in COLUMNS]:
        raise DataError(f"{path}: row 1: unknown column {', '.join(unknown)}; the columns are {expected}")
    if len(header) != len(COLUMNS):
        raise DataError(f"{path}: row 1: a column stands twice; the columns are {expected}")


def _named(path: Path, line: int, header: list[str], values: list[str]) -> dict[str, str]:
    if len(values) != len(header):
        raise DataError(f"{path}: row {line}: {len(values)} values under {len(header)} columns; quote what has commas")
    return dict(zip(header, values, strict=True))
