"""How commands name editions: by their courses, of one slot."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from jobdb.errors import DataError
from mailer_cli.commands.frame import chosen_slot, present, slot_option
from mailer_cli.records import Edition, EditionState
from mailer_cli.store import editions

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

OPEN = (EditionState.PLANNED, EditionState.CHECKED, EditionState.SENDING)


def editions_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command [COURSE]... and --slot."""
    slot = slot_option("The editions of this slot instead of the latest one that was planned.")
    return click.argument("courses", nargs=-1, metavar="[COURSE]...")(slot(command))


def chosen_editions(
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


def ids(chosen: Sequence[Edition]) -> list[int]:
    """Return the editions' ids."""
    return [edition.id for edition in chosen]


def names(chosen: Sequence[Edition]) -> str:
    """Return the editions' courses in a line."""
    return ", ".join(edition.course.name for edition in chosen)
