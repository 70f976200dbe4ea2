"""What `mailer refusals` and `mailer feedback` have in common: where answers come from, what a reading brought."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobdb.masking import beginning
from mailer_cli.config import MailSettings
from mailer_cli.csvtext import read_csv
from mailer_cli.forms.answers import Values
from mailer_cli.refusals import Taken
from mailer_cli.store import forms
from mailer_cli.wording import visible

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def from_sheet(settings: MailSettings, sheet_id: str, tab: str, setting: str) -> Callable[[], Values]:
    """Return a reader of a Google Sheet's tab; UsageError when no Sheet is set."""
    from mailer_cli.forms import sheet  # Google's libraries are slow to load, and needed here alone

    if not sheet_id:
        raise click.UsageError(f"{setting} is not set; name the Sheet, or import its CSV")
    session = sheet.session_of(settings.forms.key_file)
    return lambda: sheet.read_sheet(session, sheet_id, tab)


def from_file(path: Path) -> Values:
    """Return the rows of a Sheet's CSV export; DataError when it is no CSV."""
    table = read_csv(path)
    for notice in table.notices:
        click.echo(notice, err=True)
    return [table.header, *(values for _, values in table.rows)]


def tell(on: "cursor", form: str, taken: Taken) -> None:
    """Say what was ignored, how the header changed, and what waits for a person."""
    answers = taken.answers
    if answers.ignored:
        click.echo(f"columns not taken: {_named(answers.ignored)}")
    if taken.header_before is not None and taken.header_before != answers.header:
        gone = _named(name for name in taken.header_before if name not in answers.header)
        new = _named(name for name in answers.header if name not in taken.header_before)
        click.echo(f"the header changed since the last reading: new {new}; gone {gone}", err=True)
    for number, answer, problem, _ in forms.unsettled(on, form):
        click.echo(f"quarantined {number}: {problem}: {shown(answer)}", err=True)


def shown(answer: dict[str, str], reveal: bool = False) -> str:
    """Return an answer in one line, the beginnings of its words alone unless revealed."""
    words = {visible(name): " ".join(visible(words).split()) for name, words in answer.items() if words.strip()}
    return "; ".join(f"{name} {each if reveal else beginning(each)}" for name, each in words.items())


def _named(names: Iterable[str]) -> str:
    return visible(", ".join(names)) or "nothing"
