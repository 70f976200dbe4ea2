"""`mailer kind`."""

from collections.abc import Sequence

import click

from mailer_cli.commands.chosen import OPEN, chosen_editions, editions_options, ids, names
from mailer_cli.commands.frame import open_database
from mailer_cli.store import approvals

AS_TRACK = "track"


@click.command(epilog='example: mailer kind ad "BIGDATA 77"')
@click.argument("kind", type=click.Choice(["service", "ad", AS_TRACK]))
@editions_options
def kind(kind: str, courses: Sequence[str], slot_words: str | None) -> None:
    """Say what a slot's editions are before the law: job help to trainees (service) or an advertisement (ad).

    Without COURSE, those of all courses.

    `track` takes an edition back to what courses.toml says of its track. Planning again leaves the kind as it is.
    """
    with open_database() as database, database, database.cursor() as on:
        chosen = chosen_editions(on, courses, slot_words, OPEN)
        approvals.set_kind(on, ids(chosen), None if kind == AS_TRACK else kind)
    click.echo(f"{kind}: {names(chosen)}; `mailer lint` says what that needs")
