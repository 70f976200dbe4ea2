"""`mailer stats`: what the mails achieved, for people, programs and spreadsheets."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from mailer_cli import screen
from mailer_cli.commands.frame import open_database, present
from mailer_cli.resultforms import FORMS, results_page
from mailer_cli.results import Scope, results
from mailer_cli.stats.figures import DIMENSIONS
from mailer_cli.stats.metrics import METRICS

CLICKED_BY = ("posting", "board", "word", "link")
TOP = 20  # of what was clicked


class Day(click.ParamType):
    """A day as people and programs write it: 2026-11-24."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; a usage error says how to write it."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it like 2026-11-24", param, ctx)


def _scoped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose mailings and the form of the output."""
    for option in (
        click.option("--csv", "form", flag_value="csv", help="For spreadsheets: CSV that Excel opens in Korean."),
        click.option(
            "--json", "form", flag_value="json", help="For programs: every figure with its base and interval."
        ),
        click.option("--track", "tracks", multiple=True, metavar="KEY", help="This track alone; may be repeated."),
        click.option("--course", "courses", multiple=True, metavar="NAME", help="This course alone; may be repeated."),
        click.option("--to", "last", metavar="DAY", type=Day(), help="Mailings of slots up to this day."),
        click.option("--from", "first", metavar="DAY", type=Day(), help="Mailings of slots from this day on."),
    ):
        command = option(command)
    return command


@click.group(
    invoke_without_command=True,
    epilog="examples: mailer stats --from 2026-11-01 · mailer stats --by course --csv > courses.csv · "
    "mailer stats --html var/stats.html · mailer stats postings --by word",
)
@click.option("--by", type=click.Choice([*DIMENSIONS, "board"]), help="A line for each of these; else an overview.")
@click.option("--html", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the page with all charts.")
@_scoped
@click.pass_context
def stats(
    context: click.Context, by: str | None, file: Path | None, form: str | None, first: date | None, last: date | None,
    courses: tuple[str, ...], tracks: tuple[str, ...],
) -> None:  # fmt: skip
    """Show what the mails achieved: delivered, bounced, opened, clicked, unsubscribed, with rates and their doubt.

    A share of few mails stands with its 95 % interval. – is what cannot be known: of mails on the chunjae route only
    openings are traced. An opening is a request for the logo, and no proof that somebody read.
    """
    if context.invoked_subcommand:
        if any((by, file, form, first, last, courses, tracks)):
            raise click.UsageError(f"write options behind `mailer stats {context.invoked_subcommand}`")
        return
    if file and (by or form):
        raise click.UsageError("--html holds all figures; leave out --by, --json and --csv")
    settings, now = present()
    with open_database() as database, database, database.cursor() as on:
        found = results(on, settings, Scope(first, last, courses, tracks))
        if file:
            clicks = {kind: found.clicks(on, kind, TOP) for kind in CLICKED_BY}
            _write(file, results_page(found, clicks, settings, now))
            return
        view = None if by is None else found.clicks(on, by) if by == "board" else found.view(by)
    FORMS[form](found, view)


@stats.command(epilog="examples: mailer stats postings --top 50 · mailer stats postings --by word --course 'PM 14'")
@click.option("--by", type=click.Choice(CLICKED_BY), default="posting", show_default=True, help="A line for each.")
@click.option("--top", type=click.IntRange(1), default=TOP, show_default=True, help="So many, the most clicked first.")
@_scoped
def postings(
    by: str, top: int, form: str | None, first: date | None, last: date | None, courses: tuple[str, ...],
    tracks: tuple[str, ...],
) -> None:  # fmt: skip
    """Show in how many of the mails that carried a posting (or a board, a matched word, a link) it was clicked."""
    settings, _ = present()
    with open_database() as database, database, database.cursor() as on:
        found = results(on, settings, Scope(first, last, courses, tracks))
        view = found.clicks(on, by, top)
    FORMS[form](found, view)


@stats.command(epilog="example: mailer stats tracing")
def tracing() -> None:
    """Show how each figure is traced, and whether mails to the chunjae domains show it."""
    rows = [
        (metric.name, metric.traced, "no" if metric.blind else "yes") for metric in METRICS.values() if metric.traced
    ]
    screen.table("", ("metric", "how it is traced", "chunjae"), rows)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    click.echo(f"the page is {file}")
