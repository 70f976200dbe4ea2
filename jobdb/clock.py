"""The one place that reads the clock. Korea keeps UTC+9 all year (no summer time since 1988)."""

import os
from datetime import UTC, date, datetime, timedelta, timezone

from jobdb.errors import SettingError

KST = timezone(timedelta(hours=9), "KST")


def now() -> datetime:
    """Return the present instant in KST, or the instant that JOB_CLOCK fixes for a rehearsal.

    JOB_CLOCK is an ISO 8601 date or time; without an offset it means KST.
    Raises SettingError when it is not one.
    """
    fixed = os.environ.get("JOB_CLOCK")
    if not fixed:
        return datetime.now(UTC).astimezone(KST)
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        raise SettingError(f"JOB_CLOCK={fixed!r} is not a time: write it like 2026-11-24T10:00") from None
    return instant.astimezone(KST) if instant.tzinfo else instant.replace(tzinfo=KST)


def today() -> date:
    """Return the calendar day in Korea."""
    return now().date()
