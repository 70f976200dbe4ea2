"""Rows of any source → a roster: all of them or nothing."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from jobdb.errors import DataError
from mailer_cli.records import Course, Student
from mailer_cli.roster.change import Roster
from mailer_cli.roster.mapping import Mapping
from mailer_cli.roster.row import COLUMNS, BadRow, read_row

SHOWN = 10  # bad rows named in an error

Row = tuple[str, dict[str, str]]  # where it stands ("row 3"), their column -> words


@dataclass(frozen=True, slots=True)
class Source:
    """What a source holds: its name for people and for the record, its columns, its rows, and what is to be said.

    `rows` may raise DataError when a row is no row of the table.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterable[Row]
    notices: tuple[str, ...] = field(default=())


def read_roster(source: Source, tracks: Collection[str], mapping: Mapping) -> Roster:
    """Read a source's rows; DataError names the source, up to ten bad rows and the remedy."""
    _check_header(source.name, mapping.columns_of(source.header))
    roster = Roster({}, {})
    bad: list[str] = []
    for place, words in source.rows:
        try:
            _add(roster, *read_row(mapping.row(words), tracks))
        except BadRow as error:
            bad.append(f"{source.name}: {place}: {error}")
    if bad:
        raise DataError("\n".join(_shortened(source.name, bad)))
    if not roster.students:
        raise DataError(f"{source.name}: no students below the header; export the roster again")
    return roster


def _shortened(name: str, bad: list[str]) -> Iterator[str]:
    yield from bad[:SHOWN]
    if len(bad) > SHOWN:
        yield f"{name}: and {len(bad) - SHOWN} more rows"
    yield f"{name}: nothing was imported"


def _add(roster: Roster, course: Course, student: Student) -> None:
    if student.lms_id in roster.students:
        raise BadRow(f"lms_id {student.lms_id} stands twice; keep one row for each student")
    if roster.courses.setdefault(course.name, course) != course:
        raise BadRow(f"course {course.name} has another track or other dates in an earlier row; make them agree")
    roster.students[student.lms_id] = student


def _check_header(name: str, header: tuple[str, ...]) -> None:
    expected = ", ".join(COLUMNS)
    if missing := [column for column in COLUMNS if column not in header]:
        raise DataError(f"{name}: no column {', '.join(missing)}; the columns are {expected}; --mapping renames them")
    if unknown := [column or "(blank)" for column in header if column not in COLUMNS]:
        remedy = f"the columns are {expected}; --mapping renames or ignores them"
        raise DataError(f"{name}: unknown column {', '.join(unknown)}; {remedy}")
    if len(header) != len(COLUMNS):
        raise DataError(f"{name}: a column stands twice; the columns are {expected}")
