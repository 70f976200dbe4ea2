"""When applications end, from every way of saying it that the boards have."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from jobdb.clock import KST
from jobdb.posting import Deadline, DeadlineKind
from jobspider.normalise.dates import WEEKDAYS, clock_of, day_of, full_date
from jobspider.normalise.text import REMEMBERED, WordingError, compact, fold

END_OF_DAY = time(23, 59, 59)
OPEN_ENDED = Deadline(DeadlineKind.OPEN_ENDED)
UNTIL_FILLED = Deadline(DeadlineKind.UNTIL_FILLED)
UPCOMING = Deadline(DeadlineKind.UPCOMING)

# Wording without its blanks.
KINDS = {
    "": Deadline(),
    "null": OPEN_ENDED,  # Wanted's and Jumpit's JSON
    "상시": OPEN_ENDED,
    "상시채용": OPEN_ENDED,
    "상시모집": OPEN_ENDED,
    "상시접수": OPEN_ENDED,
    "수시": OPEN_ENDED,
    "수시채용": OPEN_ENDED,
    "채용시": UNTIL_FILLED,
    "채용시까지": UNTIL_FILLED,
    "채용시마감": UNTIL_FILLED,
    "채용완료시": UNTIL_FILLED,
    "채용완료시까지": UNTIL_FILLED,
    "진행예정": UPCOMING,
    "접수예정": UPCOMING,
}
# The board says that it is over and not since when: it was over when it was seen.
CLOSED = {"마감", "접수마감", "마감되었습니다", "마감되었습니다.", "마감된공고"}
DAYS_AHEAD = {"오늘": 0, "금일": 0, "내일": 1, "명일": 1, "day": 0}

_LABEL = re.compile(r"^(?:마감일|접수\s?마감일|접수\s?기간|모집\s?기간)\s?:?\s?")
_SECONDS = re.compile(r"\d{10,11}")  # since 1970: how Saramin's API says when, also for years that no one will see
_UNTIL = re.compile(r"\s?(?:까지|마감)$")
_RELATIVE = re.compile(
    r"(?:(?P<word>오늘|금일|내일|명일)|d-(?P<days>\d{1,3}|day))?(?:(?P<hour>\d{1,2})시(?:(?P<minute>\d{1,2})분)?)?(?:마감)?"
)
_CLOCK_AFTER = re.compile(r"(?P<word>오늘|금일|내일|명일)\s?(?P<clock>\d{1,2}:\d{2})\s?(?:마감|까지)?")
_NO_YEAR = re.compile(
    r"(?P<month>\d{1,2})\s?[./월-]\s?(?P<day>\d{1,2})\s?[.일]?"
    rf"(?:\s?\((?P<weekday>[{WEEKDAYS}])(?:요일)?\))?(?:\s(?P<clock>\d{{1,2}}:\d{{2}}))?"
)


@lru_cache(REMEMBERED)
def read_deadline(text: str, seen_at: datetime) -> Deadline:
    """Return when applications end; "" is a deadline that was not printed. `seen_at` is aware; answers are in KST.

    A day without an hour ends at 23:59:59. A day without a year is the one that agrees with its weekday, else the one
    from 60 days before `seen_at` to 305 days after it. Raises WordingError.
    """
    seen = seen_at.astimezone(KST)
    words = _LABEL.sub("", fold(text))
    key = compact(words)
    if key in KINDS:
        return KINDS[key]
    if key in CLOSED:
        return _dated(seen.date(), seen.time())
    for reader in READERS:
        if deadline := reader(words, seen):
            return deadline
    raise WordingError(fold(text))


def _relative(words: str, seen: datetime) -> Deadline | None:
    match = _RELATIVE.fullmatch(compact(words).casefold()) or _CLOCK_AFTER.fullmatch(words)
    if not match:
        return None
    found = match.groupdict()
    days = found["word"] or found.get("days") or "오늘"
    day = seen.date() + timedelta(days=DAYS_AHEAD[days] if days in DAYS_AHEAD else int(days))
    clock = found.get("clock") or (f"{found['hour']}:{found['minute'] or 0}" if found.get("hour") else None)
    return _ending(day, clock)


def _full(words: str, _seen: datetime) -> Deadline | None:
    end = _UNTIL.sub("", words.rpartition("~")[2].strip())
    if re.match(r"9\d{3}[-./]", end):  # 9999-12-31: how Jumpit writes "no end"
        return OPEN_ENDED
    found = full_date(end)
    if found is None:
        return None
    if found[0].year == 2099:  # 고용24's mark of 채용시까지
        return UNTIL_FILLED
    midnight = end.endswith("T00:00:00")  # how Wanted's JSON writes a bare day
    return _dated(found[0], END_OF_DAY if found[1] is None or midnight else found[1])


def _without_day(words: str, _seen: datetime) -> Deadline | None:
    """Read 채용시까지, 상시 … with the day on which the board takes the posting off, filled or not."""
    ends, _, day = words.partition(" ")
    return KINDS.get(ends) if full_date(day) or _SECONDS.fullmatch(day) else None


def _yearless(words: str, seen: datetime) -> Deadline | None:
    match = _NO_YEAR.fullmatch(_UNTIL.sub("", words.rpartition("~")[2].strip()))
    if not match:
        return None
    day = _nearest_year(int(match["month"]), int(match["day"]), match["weekday"], seen.date())
    return _ending(day, match["clock"]) if day else None


def _nearest_year(month: int, day: int, weekday: str | None, seen: date) -> date | None:
    """Give a month and day its year. Lists print none; in December most of them are about next year."""
    candidates = [found for year in (-1, 0, 1) if (found := day_of(seen.year + year, month, day))]
    agreeing = [
        found for found in candidates if weekday == WEEKDAYS[found.weekday()] and -300 <= (found - seen).days <= 400
    ]
    if len(agreeing) == 1:
        return agreeing[0]
    return next((found for found in reversed(candidates) if -60 <= (found - seen).days <= 305), None)


def _ending(day: date, clock: str | None) -> Deadline | None:
    if clock is None:
        return _dated(day, END_OF_DAY)
    hour = clock_of(clock)
    return _dated(day, hour) if hour else None


def _dated(day: date, clock: time) -> Deadline:
    return Deadline(DeadlineKind.DATED, datetime.combine(day, clock, KST))


READERS: tuple[Callable[[str, datetime], Deadline | None], ...] = (_relative, _full, _without_day, _yearless)
