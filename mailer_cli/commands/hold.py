"""`mailer pause`, `mailer resume` and `mailer cancel`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from jobdb import clock
from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option, why_option
from mailer_cli.records import Edition, EditionState
from mailer_cli.store import editions, holds

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

OPEN = (EditionState.PLANNED, EditionState.CHECKED, EditionState.SENDING)


def _editions_options(command: Callable[..., Any]) -> Callable[..., Any]:
    slot = slot_option("The editions of this slot instead of the latest one that was planned.")
    return click.argument("courses", nargs=-1, metavar="[COURSE]...")(slot(command))


@click.command(epilog='example: mailer pause "BIGDATA 77" --why "the survey\'s link is wrong"')
@_editions_options
@why_option
def pause(courses: Sequence[str], slot_words: str | None, why: str) -> None:
    """Let no further mail of a slot's editions leave, until they are resumed: of COURSE, or of all courses."""
    with open_database() as database, database, database.cursor() as on:
        chosen = _chosen(on, courses, slot_words, OPEN)
        paused = holds.pause(on, _ids(chosen), why, clock.now())
    click.echo(f"{screen.count(paused, 'edition')} paused: {_names(chosen)}")


@click.command(epilog='example: mailer resume "BIGDATA 77"')
@_editions_options
def resume(courses: Sequence[str], slot_words: str | None) -> None:
    """End a pause, and let out what the breaker held: it counts anew from here."""
    with open_database() as database, database, database.cursor() as on:
        chosen = _chosen(on, courses, slot_words, OPEN)
        released = holds.resume(on, _ids(chosen), clock.now())
    click.echo(f"resumed: {_names(chosen)}; {screen.count(released, 'mail')} that the breaker held may go")


@click.command(epilog='example: mailer cancel "BIGDATA 77" --why "the course was called off"')
@_editions_options
@why_option
def cancel(courses: Sequence[str], slot_words: str | None, why: str) -> None:
    """End a slot's editions for good: what has not left is skipped, and planning again does not bring it back."""
    with open_database() as database, database, database.cursor() as on:
        chosen = _chosen(on, courses, slot_words, (*OPEN, EditionState.REFUSED))
        skipped = holds.cancel(on, _ids(chosen), why, clock.now())
    click.echo(f"cancelled: {_names(chosen)}; {screen.count(skipped, 'mail')} skipped")


def _chosen(
    on: "cursor", courses: Sequence[str], slot_words: str | None, states: Sequence[EditionState]
) -> list[Edition]:
    """Return the slot's editions that are meant; DataError when a course has none in such a state."""
    settings, _ = present()
    slot = chosen_slot(slot_words, settings) or editions.latest_slot(on)
    found = editions.find(on, states, slot=slot) if slot else []
    if missing := set(courses) - {edition.course.name for edition in found}:
        raise DataError(f"no edition of {', '.join(sorted(missing))} is {' or '.join(states)}; see `mailer status`")
    chosen = [edition for edition in found if not courses or edition.course.name in courses]
    if not chosen:
        raise DataError(f"no edition is {' or '.join(states)}; see `mailer status`")
    return chosen


def _ids(chosen: Sequence[Edition]) -> list[int]:
    return [edition.id for edition in chosen]


def _names(chosen: Sequence[Edition]) -> str:
    return ", ".join(edition.course.name for edition in chosen)
