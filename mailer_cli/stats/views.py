"""A table of figures and its shapes for programs: JSON and CSV. The page and the screen show the same view. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailer_cli.stats.figures import UNSENT, Figure, Row

BLIND = "–"  # nothing of these mails could have shown the figure, which is not the same as 0
FACTS = ("board", "board_id", "title", "company", "url")
HITS = {"opened": "open_hits", "clicked": "click_hits"}  # how often, beside how many mails


@dataclass(frozen=True, slots=True)
class View:
    """Rows of figures, by what they are, and the keys of the metrics that they show, in order."""

    by: str
    metrics: tuple[str, ...]
    rows: list[Row]

    @property
    def of_mailings(self) -> bool:
        """Tell whether the rows are groups of mails, and not what mails carry."""
        return "sent" in self.metrics


def figure_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain numbers; rates are shares from 0 to 1, `low` and `high` their 95 % interval."""
    low, high = figure.interval or (None, None)
    return {"count": figure.count, "of": figure.of, "rate": figure.rate, "low": low, "high": high}


def row_json(row: Row, view: View) -> dict[str, Any]:
    """Return a row as plain dicts and numbers."""
    told: dict[str, Any] = {"name": row.name, **row.facts}
    if view.of_mailings:
        told |= {"mails": row.mails} | {key: row.counts[key] for key in UNSENT} | {"skipped_why": dict(row.skipped)}
    else:
        told |= {"sent": row.counts["sent"]}
    told |= {key: figure_json(row.figure(key)) for key in view.metrics}
    return told | dict(_hits(row, view.metrics))


def view_json(view: View) -> dict[str, Any]:
    """Return a view as plain dicts and numbers."""
    return {"by": view.by, "rows": [row_json(row, view) for row in view.rows]}


def csv_rows(view: View) -> Iterator[list[str | int | float]]:
    """Yield a header and a line for each row: each metric's count, base, rate and interval in columns of their own."""
    facts = [fact for fact in FACTS if any(fact in row.facts for row in view.rows)]
    yield list(_line(Row(""), view, facts))
    for row in view.rows:
        yield list(_line(row, view, facts).values())


def _line(row: Row, view: View, facts: list[str]) -> Mapping[str, str | int | float]:
    line: dict[str, str | int | float] = {view.by: row.name}
    line |= {fact: row.facts.get(fact, "") for fact in facts}
    if view.of_mailings:
        line |= {"mails": row.mails} | {key: row.counts[key] for key in UNSENT}
    else:
        line |= {"sent": row.counts["sent"]}
    for key in view.metrics:
        line |= figure_columns(key, row.figure(key))
    return line | {hits: BLIND if count is None else count for hits, count in _hits(row, view.metrics)}


def figure_columns(key: str, figure: Figure) -> dict[str, str | int | float]:
    """Return a figure's columns; what cannot be known is BLIND."""
    told = figure_json(figure)
    shown = {name: BLIND if value is None else value for name, value in told.items()}
    return {key: shown["count"]} | {f"{key}_{name}": shown[name] for name in ("of", "rate", "low", "high")}


def _hits(row: Row, metrics: tuple[str, ...]) -> Iterator[tuple[str, int | None]]:
    for metric, hits in HITS.items():
        if metric in metrics:
            yield hits, None if row.figure(metric).count is None else row.counts[hits]
