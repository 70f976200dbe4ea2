"""Calendar words that deadlines and registration days share."""

import re
from datetime import UTC, date, datetime, time

from jobdb.clock import KST

WEEKDAYS = "월화수목금토일"  # Monday first, as date.weekday()

_DAY = re.compile(
    r"(?P<year>\d{4}|\d{2})(?P<mark>[-./])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<day>\d{1,2})\.?"
    rf"(?:\s?\([{WEEKDAYS}](?:요일)?\))?(?:[\sT](?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?:\.\d+)?)?"
)
_UNIX = re.compile(r"1\d{9}")  # until May 2033
_PACKED = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the date, or None when the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def clock_of(text: str) -> time | None:
    """Read HH:MM or HH:MM:SS; 24:00, the midnight that ends a day, is its last second. None for no such hour."""
    hour, minute, second = (int(part) for part in f"{text}:0".split(":")[:3])
    if (hour, minute) == (24, 0):
        return time(23, 59, 59)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def full_date(text: str) -> tuple[date, time | None] | None:
    """Read a folded date that carries its year, with its hour if printed, as wall-clock in Korea; None for other words.

    `2026.12.05 (토) 23:59`, `2026-12-05`, `26/12/05`, `20261205`, ISO 8601 with or without a zone, and
    `1648393199`, the seconds since 1970 of Saramin's API.
    """
    if _UNIX.fullmatch(text):
        instant = datetime.fromtimestamp(int(text), UTC).astimezone(KST)
        return instant.date(), instant.time()
    if zoned := _zoned(text):
        return zoned
    match = _DAY.fullmatch(text) or _PACKED.fullmatch(text)
    if not match:
        return None
    year = int(match["year"])
    day = day_of(year if year > 99 else 2000 + year, int(match["month"]), int(match["day"]))
    printed = match.groupdict().get("clock")
    clock = clock_of(printed) if printed else None
    return None if day is None or (printed and clock is None) else (day, clock)


def _zoned(text: str) -> tuple[date, time] | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)", text):
        return None
    try:
        instant = datetime.fromisoformat(text).astimezone(KST)
    except (ValueError, OverflowError):
        return None
    return instant.date(), instant.time()
