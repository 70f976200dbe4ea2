"""The calendar of the requirements, reckoned in a way of its own: slots, and the window in which a course gets mail."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from jobdb.clock import KST

TUESDAY, FRIDAY = 1, 4
HOUR = time(17)
A_DAY = timedelta(days=1)


def slots(first: date, days: int) -> list[datetime]:
    """Tuesdays and Fridays at 17:00 of so many days."""
    every = (first + n * A_DAY for n in range(days))
    return [datetime.combine(day, HOUR, KST) for day in every if day.weekday() in (TUESDAY, FRIDAY)]


def slot_at(now: datetime) -> datetime:
    """The slot that came last."""
    day = now.astimezone(KST)
    while day.weekday() not in (TUESDAY, FRIDAY) or datetime.combine(day.date(), HOUR, KST) > now:
        day -= A_DAY
    return datetime.combine(day.date(), HOUR, KST)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the month's last day where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_window(starts_on: date, ends_on: date, day: date) -> bool:
    """From the start + 4 months 15 days to the end + 6 months, both days included."""
    return months_later(starts_on, 4) + 15 * A_DAY <= day <= months_later(ends_on, 6)
