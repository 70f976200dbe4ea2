"""`mailer roster`: diff, import, export-status."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobdb.errors import DataError
from jobdb.secret import secret
from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import open_database, present
from mailer_cli.roster import (
    Roster,
    RosterChange,
    Source,
    compare,
    mass_change,
    no_mapping,
    read_file,
    read_mapping,
    read_roster,
    read_view,
    read_web,
)
from mailer_cli.rosterdiff import lines
from mailer_cli.stats.sheet import sheet
from mailer_cli.store import roster as store
from mailer_cli.store import suppressions

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

SHOWN = 5  # LMS ids named of those that the roster no longer has
STATUS_COLUMNS = (
    "lms_id", "course", "last_mail_at", "last_mail_slot", "edition_course", "edition_slot", "state", "reason",
)  # fmt: skip


@click.group(epilog="example: mailer roster diff var/roster.csv, then mailer roster import var/roster.csv")
def roster() -> None:
    """Students and courses from the LMS: a CSV, an address that answers JSON, or a view of its database.

    Columns: lms_id, name, email, phone, track, course, starts_on, ends_on, status, mail_on, updated_at; --mapping
    renames others. A roster is everybody: students that it lacks get no mail until they are on one again.
    """


def from_lms(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and the options that name one source."""
    file = click.Path(path_type=Path, dir_okay=False)
    for decorate in (
        click.option("--mapping", type=file, help="A TOML file: their columns and words for ours."),
        click.option("--dsn", metavar="ADDRESS", help="The LMS's PostgreSQL; better set LMS_DATABASE_URL."),
        click.option("--view", metavar="NAME", help="Read this view of the LMS's PostgreSQL."),
        click.option("--url", metavar="ADDRESS", help="Read paged JSON, with the token in LMS_TOKEN."),
        click.argument("file", type=file, required=False),
    ):
        command = decorate(command)
    return command


@roster.command(epilog="example: mailer roster diff var/roster.csv")
@from_lms
@click.option("--reveal", is_flag=True, help="Show whole addresses and telephone numbers.")
def diff(reveal: bool, **source: Any) -> None:
    """Say what an import would change, student by student, and change nothing."""
    incoming = _incoming(**source)
    with open_database() as database, database, database.cursor() as on:
        kept = _kept(on)
    change = compare(incoming, kept)
    for line in lines(change, incoming, kept, reveal=reveal):
        click.echo(line)
    _show(change, incoming, " (nothing is changed)")
    if mass := mass_change(change, kept):
        click.echo(f"an import asks for --confirm-mass-change: {mass}")


@roster.command(
    "import", epilog="examples: mailer roster import var/roster.csv · mailer roster import --url https://lms.example/v1"
)
@from_lms
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--confirm-mass-change", "confirmed", is_flag=True, help="Take it although > 30 % leave or are switched.")
def import_roster(dry_run: bool, confirmed: bool, **source: Any) -> None:
    """Take the courses and students of the LMS.

    A roster with a row that cannot be taken is refused whole. Importing again updates; students that it lacks are kept,
    and get no mail until they are on a roster again.
    """
    incoming, (_, now) = _incoming(**source), present()
    with open_database() as database, database, database.cursor() as on:
        kept = _kept(on)
        change, followed = compare(incoming, kept), 0
        mass = mass_change(change, kept)
        if mass and not (confirmed or dry_run):
            raise DataError(f"{mass}; look at `mailer roster diff`, then import with --confirm-mass-change")
        if not dry_run:
            followed = suppressions.follow(on, [(s.lms_id, s.name, s.address) for s in incoming.students.values()])
            store.write(on, incoming.courses.values(), incoming.students.values())
            store.mark_missing(on, incoming.students.keys(), now)
            counts = (len(incoming.students), len(change.new), len(change.changed), len(change.missing))
            store.record_import(on, _name(**source), now, counts, mass)
    _show(change, incoming, " (dry run: nothing is changed)" if dry_run else "")
    if followed:
        click.echo(f"refused at an earlier address, so at the new one too: {followed}")


@roster.command("export-status", epilog="example: mailer roster export-status --out var/mail-status.csv")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The CSV to write.")
def export_status(out: Path) -> None:
    """Tell the LMS what each student last got: when, of which edition, and how their latest edition stands."""
    with open_database() as database, database, database.cursor() as on:
        rows = store.last_mails(on)
    out.parent.mkdir(parents=True, exist_ok=True)
    words = sheet([STATUS_COLUMNS, *([_word(value) for value in row] for row in rows)])
    out.write_text(words, encoding="utf-8", newline="")
    click.echo(f"{screen.count(len(rows), 'student')} in {out}")


def _incoming(mapping: Path | None, **source: Any) -> Roster:
    read = _source(**source)
    roster = read_roster(read, courses().tracks, read_mapping(mapping) if mapping else no_mapping())
    for notice in read.notices:
        click.echo(notice, err=True)
    return roster


def _source(file: Path | None, url: str | None, view: str | None, dsn: str | None) -> Source:
    if [bool(file), bool(url), bool(view)].count(True) != 1:
        raise click.UsageError("name one source: a FILE, --url or --view")
    if file:
        return read_file(file)
    if url:
        return read_web(url, secret("LMS_TOKEN"))
    return read_view(dsn or secret("LMS_DATABASE_URL"), str(view))


def _name(file: Path | None, url: str | None, view: str | None, **_: Any) -> str:
    """Return how an import is remembered: without the folder, the query or the password."""
    if file:
        return file.name
    return f"view {view}" if view else str(url).partition("?")[0].rpartition("@")[2]


def _kept(on: "cursor") -> Roster:
    kept_courses = {course.name: course for course in store.courses(on).values()}
    return Roster(kept_courses, {student.lms_id: student for student in store.students(on).values()})


def _show(change: RosterChange, incoming: Roster, note: str) -> None:
    students, groups = screen.count(len(incoming.students), "student"), screen.count(len(incoming.courses), "course")
    click.echo(f"{students} in {groups}{note}")
    click.echo(f"courses: {change.courses_new} new, {change.courses_changed} changed")
    differing = ", ".join(f"{name} {number}" for name, number in change.fields.most_common())
    changed = f"{len(change.changed)} changed{f' ({differing})' if differing else ''}"
    back = f", {len(change.back)} back" if change.back else ""
    click.echo(f"students: {len(change.new)} new, {changed}, {change.unchanged} unchanged{back}")
    if change.missing:
        named = ", ".join(change.missing[:SHOWN]) + (", …" if len(change.missing) > SHOWN else "")
        gone = screen.count(len(change.missing), "student")
        click.echo(f"no longer on the roster, kept and not mailed: {gone} ({named})")


def _word(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat(timespec="minutes") if hasattr(value, "isoformat") else str(value)
