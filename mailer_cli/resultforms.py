"""Results as `mailer stats` hands them out: a screen, JSON, CSV, a page. All of them show the same views."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import click

from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.config import MailSettings
from mailer_cli.report import tally
from mailer_cli.results import Results
from mailer_cli.stats.figures import DIMENSIONS
from mailer_cli.stats.intervals import FEW
from mailer_cli.stats.lines import metric_lines, view_lines
from mailer_cli.stats.metrics import METRICS
from mailer_cli.stats.page import page
from mailer_cli.stats.sheet import sheet
from mailer_cli.stats.views import BLIND, View, csv_rows, figure_columns, row_json, view_json

WEEKS = 8  # that the overview shows


def show_json(found: Results, view: View | None) -> None:
    """Print one view, or all that need no clicks, under what they are counted of."""
    scope = found.scope
    told = {
        "from": scope.first and scope.first.isoformat(),
        "to": scope.last and scope.last.isoformat(),
        "courses": scope.courses,
        "tracks": scope.tracks,
        "made_up": found.made_up,
        "events_of_no_mail": found.strays[0],
        "unreadable_messages": found.strays[1],
        "total": row_json(found.total, View("total", tuple(METRICS), [found.total])),
    }
    views = [view] if view else [found.view(by) for by in DIMENSIONS]
    click.echo(json.dumps(told | {"by": {view.by: view_json(view) for view in views}}, ensure_ascii=False, indent=2))


def show_csv(found: Results, view: View | None) -> None:
    """Write one view, or all metrics of the total, as a spreadsheet reads it."""
    rows: Iterator[list[str | int | float]] = csv_rows(view) if view else _metric_rows(found)
    click.echo(sheet(rows).encode(), nl=False)


def show(found: Results, view: View | None) -> None:
    """Print one view, or the overview, with what is to be known about it."""
    first, last = found.mailings[0].slot, found.mailings[-1].slot
    click.echo(f"{screen.count(len(found.mailings), 'mailing')}, {screen.when(first)} to {screen.when(last)}\n")
    if view:
        screen.table("", *view_lines(view))
    else:
        _overview(found)
    click.echo()
    for note in _notes(found):
        click.echo(note)


FORMS: dict[str | None, Callable[[Results, View | None], None]] = {"json": show_json, "csv": show_csv, None: show}


def results_page(found: Results, clicks: dict[str, View], settings: MailSettings, now: datetime) -> str:
    """Return everything as one page of HTML."""
    slots, tracks = (found.mailings[0].slot, found.mailings[-1].slot), courses().tracks
    chosen = (*found.scope.courses, *found.scope.tracks)
    return page(found, clicks, slots, chosen, settings, now, {key: track.label for key, track in tracks.items()})


def _metric_rows(found: Results) -> Iterator[list[str | int | float]]:
    yield ["metric", "count", "of", "rate", "low", "high"]
    for key in METRICS:
        yield [key, *figure_columns(key, found.total.figure(key)).values()]


def _overview(found: Results) -> None:
    screen.table("", ("metric", "mails #", "of #", "share #", "95 % #"), metric_lines(found.total))
    counts = found.total.counts
    told = [f"{counts[key]:,} {key}" for key in ("failed", "unknown", "waiting") if counts[key]]
    skipped = f"{counts['skipped']:,} skipped" + (f" ({tally(found.total.skipped)})" if counts["skipped"] else "")
    click.echo(f"\nnot sent: {', '.join([skipped, *told])}\n")
    weeks = found.view("week")
    screen.table("the last weeks, by their Mondays", *view_lines(View("week", weeks.metrics, weeks.rows[-WEEKS:])))


def _notes(found: Results) -> Iterator[str]:
    counts = found.total.counts
    if silent := counts["sent"] - counts["noticed"]:
        yield (
            f"{BLIND} cannot be known. Nobody tells of {silent:,} of {counts['sent']:,} mails (chunjae, or not by SES) "
            "whether they arrived or were clicked; they are in no such share."
        )
    yield "Openings are requests for the logo, by machines too: no proof of reading."
    yield f"Shares of fewer than {FEW} mails stand with their 95 % interval."
    if found.strays[0]:
        yield f"{screen.count(found.strays[0], 'event')} of no mail of ours, in no figure: `mailer events unmatched`."
    if found.made_up:
        yield "The postings are made up, and so are these figures."
