"""Where the marks of a chart stand: everything in hundredths of the drawing's width and height. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from mailer_cli.stats.figures import Figure, Row

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # where a scale of shares may end


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from 0 to `width`, and the interval's reach where it is to be drawn."""

    width: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A week's place on a trend; y grows downwards. `low` and `high` are the interval's."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A share over the weeks: points in runs that no week without the share interrupts."""

    runs: list[list[Point]]

    def line(self, run: list[Point]) -> str:
        """Return a run as an SVG path; a lone point is a line of no length, which round ends make a dot."""
        return "M" + "L".join(f"{point.x:.2f} {point.y:.2f}" for point in (run if len(run) > 1 else run * 2))

    def band(self, run: list[Point]) -> str:
        """Return the intervals of a run as an SVG path."""
        there = [f"{point.x:.2f} {point.high:.2f}" for point in run]
        back = [f"{point.x:.2f} {point.low:.2f}" for point in reversed(run)]
        return "M" + "L".join(there + back) + "Z"


def scale_of(rows: Sequence[Row], keys: Sequence[str], *, bands: bool = False) -> float:
    """Return the share at which a scale ends that holds these metrics' shares of all rows, as they are drawn.

    Intervals are drawn where the mails are few; as bands, everywhere.
    """
    most = max((_reach(row.figure(key), bands) for row in rows for key in keys), default=0)
    return next((step for step in STEPS if most <= step), 1.0)


def _reach(figure: Figure, bands: bool) -> float:
    return figure.interval[1] if (bands or figure.few) and figure.interval else figure.rate or 0.0


def bar(figure: Figure, end: float) -> Bar | None:
    """Return a figure's bar on a scale; with its interval where the mails are few; None where there is no share."""
    if figure.rate is None:
        return None
    width = 100 * figure.rate / end
    if not figure.few or figure.interval is None:
        return Bar(width)
    low, high = figure.interval
    return Bar(width, 100 * low / end, min(100.0, 100 * high / end))


def places(weeks: Sequence[str]) -> list[float]:
    """Return where weeks (ISO dates, in order) stand from left to right; one without mails is left empty."""
    days = [date.fromisoformat(week).toordinal() for week in weeks]
    span = days[-1] - days[0] if days else 0
    return [50.0] * len(days) if span == 0 else [2 + 96 * (day - days[0]) / span for day in days]


def width(places_: Sequence[float]) -> float:
    """Return how wide a week's column may be, so that no two touch."""
    nearest = min((right - left for left, right in pairwise(places_)), default=20.0)
    return min(12.0, nearest * 0.7)


def labelled(places_: Sequence[float], rows: Sequence[Row], most: int = 6) -> list[tuple[float, Row]]:
    """Return the weeks that have their day written below, `most` of them at the most, with their places."""
    every = -(-len(rows) // most) or 1
    return list(zip(places_, rows, strict=True))[::every]


def trend(rows: Sequence[Row], key: str, end: float) -> Trend:
    """Return one metric over rows of weeks, on a scale that ends at a share."""
    runs: list[list[Point]] = [[]]
    for x, row in zip(places([row.name for row in rows]), rows, strict=True):
        figure = row.figure(key)
        if figure.rate is None or figure.interval is None:
            runs.append([])
            continue
        low, high = figure.interval
        runs[-1].append(Point(x, _down(figure.rate, end), _down(low, end), _down(high, end)))
    return Trend([run for run in runs if run])


def _down(share: float, end: float) -> float:
    return 100 - 100 * min(1.0, share / end)
