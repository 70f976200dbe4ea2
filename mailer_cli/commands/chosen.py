"""How commands name editions: by their courses, of one slot."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from jobdb.errors import DataError
from mailer_cli.commands.frame import chosen_slot, present, slot_option
from mailer_cli.coursenames import no_course
from mailer_cli.records import Edition, EditionState
from mailer_cli.screen import when
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
    stands = {edition.course.name: edition for edition in editions.find(on, slot=slot)} if slot else {}
    if not slot or not stands:
        raise DataError(f"nothing was planned{f' for {when(slot)}' if slot else ''}; run `mailer plan`")
    if wrong := [told for name in courses if (told := _trouble(name, stands, states))]:
        raise DataError("\n".join(f"{when(slot)}: {told}" for told in wrong))
    chosen = [stands[name] for name in stands if stands[name].state in states and (not courses or name in courses)]
    if not chosen:
        raise DataError(f"{when(slot)}: no edition is {' or '.join(states)}; see `mailer status`")
    return chosen


def _trouble(name: str, stands: Mapping[str, Edition], states: Sequence[EditionState]) -> str | None:
    """Return why a course's edition cannot be meant, None when it can."""
    if name not in stands:
        return no_course(name, stands)
    state = stands[name].state
    return None if state in states else f"the edition of {name} is {state}, not {' or '.join(states)}"


def ids(chosen: Sequence[Edition]) -> list[int]:
    """Return the editions' ids."""
    return [edition.id for edition in chosen]


def names(chosen: Sequence[Edition]) -> str:
    """Return the editions' courses in a line."""
    return ", ".join(edition.course.name for edition in chosen)
