"""What commands show: tables and a progress bar on a terminal, plain aligned text elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from jobdb.clock import KST
from mailer_cli.wording import visible

WIDE = 200  # columns where there is no terminal to wrap for


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; columns whose name ends with "#" hold numbers."""
    terminal = Console().is_terminal
    grid = Table(title=title, title_justify="left", box=box.SIMPLE if terminal else None, pad_edge=False)
    for name in columns:
        numeric = name.endswith("#")
        grid.add_column(name.rstrip("#").strip(), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(_cell(value) for value in row))
    console = Console(highlight=False, markup=False, width=None if terminal else WIDE)
    with console.capture() as captured:
        console.print(grid)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


@contextmanager
def progress(title: str, total: int) -> Iterator["Bar"]:
    """Show how much of `total` is done while the block runs; nothing where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        yield Bar(shown, title, total)


class Bar:
    """A progress bar that is moved on one by one."""

    def __init__(self, shown: Progress, title: str, total: int) -> None:
        self._shown, self._lock = shown, Lock()
        self._task = shown.add_task(title, total=total)
        self.done = 0

    def advance(self) -> None:
        """Count one more; several threads may."""
        with self._lock:
            self.done += 1
        self._shown.advance(self._task)


def when(instant: datetime) -> str:
    """Return an instant as people in Korea read it: "Tue 2026-11-24 17:00"."""
    return instant.astimezone(KST).strftime("%a %Y-%m-%d %H:%M")


def harmless(text: str) -> str:
    """Return anybody's words as a terminal may be given them: its commands are taken out, line ends stay."""
    return "\n".join(map(visible, text.split("\n")))


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 edition", "3 editions"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cell(value: object) -> str:
    return "" if value is None else harmless(str(value))
