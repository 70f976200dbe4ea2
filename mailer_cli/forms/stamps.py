"""When a Form was answered, in the words that Google Sheets shows or exports. Pure."""

import re
from datetime import UTC, datetime, timedelta, timezone

from jobdb.clock import KST

KOREAN_DAY = re.compile(r"(?P<year>\d{4})[./-]\s*(?P<month>\d{1,2})[./-]\s*(?P<day>\d{1,2})\.?")
AMERICAN_DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
HOUR = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:(?P<second>\d{2}))?")
HALF = re.compile(r"오전|오후|\b[AP]M\b", re.IGNORECASE)
OFFSET = re.compile(r"GMT(?P<sign>[+-])(?P<hours>\d{1,2})(:?(?P<minutes>\d{2}))?")


def read_stamp(words: str) -> datetime | None:
    """Return the instant (aware; KST where no offset stands), or None for words that are no time.

    "2026. 11. 20 오후 3:12:45" in a Korean Sheet, "11/20/2026 15:12:45" in an American one,
    "2026/11/20 3:12:45 오후 GMT+9" in a Form's own download, ISO 8601.
    """
    try:
        instant = datetime.fromisoformat(words.strip())
    except ValueError:
        return _read(words)
    return instant if instant.tzinfo else instant.replace(tzinfo=KST)


def in_utc(instant: datetime) -> str:
    """Return an instant as the same words whatever its offset."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _read(words: str) -> datetime | None:
    day = KOREAN_DAY.match(words.strip()) or AMERICAN_DAY.match(words.strip())
    hour = HOUR.search(words)
    if not day or not hour:
        return None
    numbers = {name: int(value or 0) for name, value in (day.groupdict() | hour.groupdict()).items()}
    if half := HALF.search(words):
        later = half[0].lower() in ("오후", "pm")
        numbers["hour"] = numbers["hour"] % 12 + 12 * later
    try:
        return datetime(**numbers, tzinfo=_offset(words))
    except ValueError:
        return None


def _offset(words: str) -> timezone:
    found = OFFSET.search(words)
    if not found:
        return KST
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)
