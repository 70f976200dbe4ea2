"""`mailer roster import`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import open_database
from mailer_cli.roster import Roster, RosterChange, compare, read_roster
from mailer_cli.store import roster as store

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

SHOWN = 5  # LMS ids named of those that the file no longer has


@click.group(epilog="example: mailer roster import var/roster.csv")
def roster() -> None:
    """Students and courses from the LMS."""


@roster.command("import", epilog="example: mailer roster import var/roster.csv --dry-run")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_roster(file: Path, dry_run: bool) -> None:
    """Take the courses and students of FILE, a CSV that the LMS exports.

    Columns: lms_id, name, email, phone, track, course, starts_on, ends_on, status, mail_on, updated_at. A file with a
    row that cannot be taken is refused whole. Importing again updates; students that FILE lacks are kept.
    """
    incoming = read_roster(file, courses().tracks)
    with open_database() as database, database, database.cursor() as on:
        change = compare(incoming, _kept(on))
        if not dry_run:
            store.write(on, incoming.courses.values(), incoming.students.values())
    _show(change, incoming, dry_run)


def _kept(on: "cursor") -> Roster:
    kept_courses = {course.name: course for course in store.courses(on).values()}
    return Roster(kept_courses, {student.lms_id: student for student in store.students(on).values()})


def _show(change: RosterChange, incoming: Roster, dry_run: bool) -> None:
    students, groups = screen.count(len(incoming.students), "student"), screen.count(len(incoming.courses), "course")
    click.echo(f"{students} in {groups}{' (dry run: nothing is changed)' if dry_run else ''}")
    click.echo(f"courses: {change.courses_new} new, {change.courses_changed} changed")
    differing = ", ".join(f"{name} {number}" for name, number in change.fields.most_common())
    changed = f"{len(change.changed)} changed{f' ({differing})' if differing else ''}"
    click.echo(f"students: {len(change.new)} new, {changed}, {change.unchanged} unchanged")
    if change.missing:
        named = ", ".join(change.missing[:SHOWN]) + (", …" if len(change.missing) > SHOWN else "")
        click.echo(f"not in the file, kept as they were: {screen.count(len(change.missing), 'student')} ({named})")
