"""A week's planned minutes, told as days x hours x minutes: the one form that cron and systemd both write. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
A_DAY, A_WEEK = 24 * 60, 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Moments:
    """Every combination of these: weekdays (Monday is 0), hours, minutes."""

    days: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]


def shifted(week: Iterable[int], minutes: int) -> list[int]:
    """Return a week's minutes on a clock that is so many minutes ahead of the one they were told by."""
    return sorted((minute + minutes) % A_WEEK for minute in week)


def moments(week: Iterable[int]) -> list[Moments]:
    """Return the fewest blocks that together are a week's minutes: hours of equal minutes, days of equal hours."""
    by_day: dict[int, set[int]] = defaultdict(set)
    for minute in week:
        by_day[minute // A_DAY].add(minute % A_DAY)
    told = {day: tuple(_hours(minutes)) for day, minutes in by_day.items()}
    return [
        Moments(days, hours, minutes)
        for blocks, days in _alike(told)
        for hours, minutes in blocks
    ]  # fmt: skip


def listed(values: Sequence[int], of: int) -> str:
    """Return values as cron and systemd list them: "*" for all, "*/10" for regular steps from 0, else "1,4"."""
    step = values[1] if len(values) > 1 and values[0] == 0 else 0
    if tuple(values) == tuple(range(of)):
        return "*"
    if step and of % step == 0 and tuple(values) == tuple(range(0, of, step)):
        return f"*/{step}"
    return ",".join(map(str, values))


def _hours(minutes: set[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the minutes of a day as (hours, minutes of each of them)."""
    by_hour: dict[int, list[int]] = defaultdict(list)
    for minute in sorted(minutes):
        by_hour[minute // 60].append(minute % 60)
    return [(hours, past) for past, hours in _alike({hour: tuple(past) for hour, past in by_hour.items()})]


def _alike(table: dict[int, T]) -> list[tuple[T, tuple[int, ...]]]:
    """Return each value with the keys that have it, in the keys' order."""
    keys: dict[T, list[int]] = defaultdict(list)
    for key in sorted(table):
        keys[table[key]].append(key)
    return [(value, tuple(those)) for value, those in keys.items()]
