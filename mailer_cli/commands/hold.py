"""`mailer pause`, `mailer resume` and `mailer cancel`."""

from collections.abc import Sequence

import click

from jobdb import clock
from mailer_cli import screen
from mailer_cli.commands.chosen import OPEN, chosen_editions, editions_options, ids, names
from mailer_cli.commands.frame import open_database, why_option
from mailer_cli.records import EditionState
from mailer_cli.store import holds


@click.command(epilog='example: mailer pause "BIGDATA 77" --why "the survey\'s link is wrong"')
@editions_options
@why_option
def pause(courses: Sequence[str], slot_words: str | None, why: str) -> None:
    """Let no further mail of a slot's editions leave, until they are resumed: of COURSE, or of all courses."""
    with open_database() as database, database, database.cursor() as on:
        chosen = chosen_editions(on, courses, slot_words, OPEN)
        paused = holds.pause(on, ids(chosen), why, clock.now())
    click.echo(f"{screen.count(paused, 'edition')} paused: {names(chosen)}")


@click.command(epilog='example: mailer resume "BIGDATA 77"')
@editions_options
def resume(courses: Sequence[str], slot_words: str | None) -> None:
    """End a pause, and let out what the breaker held: it counts anew from here. Of COURSE, or of all courses."""
    with open_database() as database, database, database.cursor() as on:
        chosen = chosen_editions(on, courses, slot_words, OPEN)
        released = holds.resume(on, ids(chosen), clock.now())
    click.echo(f"resumed: {names(chosen)}; {screen.count(released, 'mail')} that the breaker held may go")


@click.command(epilog='example: mailer cancel "BIGDATA 77" --why "the course was called off"')
@editions_options
@why_option
def cancel(courses: Sequence[str], slot_words: str | None, why: str) -> None:
    """End a slot's editions for good, of COURSE, or of all courses.

    What has not left is skipped, and planning again does not bring it back.
    """
    with open_database() as database, database, database.cursor() as on:
        chosen = chosen_editions(on, courses, slot_words, (*OPEN, EditionState.REFUSED))
        skipped = holds.cancel(on, ids(chosen), why, clock.now())
    click.echo(f"cancelled: {names(chosen)}; {screen.count(skipped, 'mail')} skipped")
