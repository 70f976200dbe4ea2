"""Figures in the words of a terminal. Pure."""

from collections.abc import Iterator

from mailer_cli.stats.figures import Figure, Row
from mailer_cli.stats.metrics import METRICS
from mailer_cli.stats.views import BLIND, View

# What a line has room for; the rest is in --json, --csv and on the page.
OF_MAILINGS = (
    "delivered",
    "bounced",
    "complained",
    "opened",
    "opened_human",
    "clicked",
    "clicked_human",
    "unsubscribed",
)
LONG = {
    "opened_human": "opened by people", "clicked_human": "clicked by people", "clicked_unknown": "by unknown",
    "clicked_machine": "by machines",
}  # fmt: skip


def percent(share: float) -> str:
    """Return a share as `12.3 %`, with two places below one percent: a spam rate of 0.1 % is already too much."""
    places = 2 if 0 < share < 0.00995 else 1
    return f"{share * 100:.{places}f} %"


def interval(figure: Figure) -> str:
    """Return a figure's 95 % interval as `8.1–17.9`, in percent; empty where there is none."""
    bounds = figure.interval or ()
    places = 2 if bounds and bounds[1] < 0.00995 else 1
    return "–".join(f"{share * 100:.{places}f}" for share in bounds)


def cell(figure: Figure) -> str:
    """Return a figure as `12 · 6.0 %`, with its interval where the mails are few; BLIND where it cannot be known."""
    if figure.count is None:
        return BLIND
    if figure.rate is None:
        return str(figure.count)
    doubt = f" ({interval(figure)})" if figure.few else ""
    return f"{figure.count:,} · {percent(figure.rate)}{doubt}"


def metric_lines(row: Row) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (metric, mails, of, share, 95 % interval) for each metric of one group of mails; parts are set in."""
    for key, metric in METRICS.items():
        figure = row.figure(key)
        name = f"  {metric.name}" if metric.part else metric.name
        if figure.count is None or figure.rate is None:
            yield name, BLIND if figure.count is None else str(figure.count), "", "", ""
        else:
            yield name, f"{figure.count:,}", f"{figure.of:,}", percent(figure.rate), interval(figure)


def view_lines(view: View) -> tuple[list[str], list[list[str]]]:
    """Return a view's columns and its lines, for screen.table."""
    if view.of_mailings:
        columns = [view.by, "sent #", *(LONG.get(key, key) for key in OF_MAILINGS), "not sent #"]
        return columns, [
            [row.name, f"{row.counts['sent']:,}", *(cell(row.figure(key)) for key in OF_MAILINGS),
             f"{row.mails - row.counts['sent']:,}"]
            for row in view.rows
        ]  # fmt: skip
    facts = ["title", "company", "board"] if view.by == "posting" else []
    columns = [*(facts or [view.by]), "mails with it #", *(LONG.get(key, key) for key in view.metrics), "clicks #"]
    return columns, [
        [*([row.facts[fact] for fact in facts] or [row.name]), f"{row.counts['sent']:,}",
         *(cell(row.figure(key)) for key in view.metrics),
         BLIND if row.figure("clicked").count is None else f"{row.counts['click_hits']:,}"]
        for row in view.rows
    ]  # fmt: skip
