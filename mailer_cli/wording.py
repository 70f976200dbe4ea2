"""The Korean words in which a mail says deadlines, careers and places; pure."""

import unicodedata
from datetime import date, datetime, timedelta

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Region

WEEKDAYS = "월화수목금토일"
SOON_DAYS = 7
SHOWN_REGIONS = 2

UNDATED = {
    DeadlineKind.OPEN_ENDED: "상시 채용",
    DeadlineKind.UNTIL_FILLED: "채용 시까지",
    DeadlineKind.UPCOMING: "접수 예정",
    DeadlineKind.UNKNOWN: "마감일은 공고에서 확인",
}
CAREERS = {
    CareerKind.NEWCOMER: "신입",
    CareerKind.EXPERIENCED: "경력",
    CareerKind.BOTH: "신입·경력",
    CareerKind.ANY: "경력 무관",
    CareerKind.UNKNOWN: "",
}
# Controls become blanks; marks without a shape (RTL overrides, zero-width), private use and lone surrogates go.
HIDDEN = {"Cf", "Co", "Cs"}


def plain(text: str, most: int = 160) -> str:
    """Return hostile text as one visible line of at most `most` characters, cut with an ellipsis."""
    line = " ".join(visible(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def visible(text: str) -> str:
    """Return hostile text without what a terminal or a reader's eye could be steered by."""
    return "".join(" " if unicodedata.category(mark) == "Cc" else mark for mark in text if not _hidden(mark))


def _hidden(mark: str) -> bool:
    return unicodedata.category(mark) in HIDDEN


def day_words(day: date) -> str:
    """Return a day as `12월 5일(토)`."""
    return f"{day.month}월 {day.day}일({WEEKDAYS[day.weekday()]})"


def period_words(deadline: Deadline, today: date) -> str:
    """Return when applications end, like `12월 5일(토)까지`, `12월 5일(토) 18시까지` or `상시 채용`.

    The year is said when it is not `today`'s (a day in Korea).
    """
    if deadline.at is None:
        return UNDATED[deadline.kind]
    last = last_day(deadline.at)
    year = "" if last.year == today.year else f"{last.year}년 "
    return f"{year}{day_words(last)}{_hour_words(deadline.at)}까지"


def last_day(at: datetime) -> date:
    """Return the last day in Korea up to an aware instant; midnight ends the day before it."""
    return (at.astimezone(KST) - timedelta(microseconds=1)).date()


def _hour_words(at: datetime) -> str:
    hour, minute = at.astimezone(KST).hour, at.astimezone(KST).minute
    if (hour, minute) in {(0, 0), (23, 59)}:
        return ""
    return f" {hour}시" + (f" {minute}분" if minute else "")


def countdown(deadline: Deadline, today: date) -> str:
    """Return `오늘 마감`, `내일 마감` or `D-3` in the last SOON_DAYS days, and empty text otherwise."""
    if not closes_soon(deadline, today) or deadline.at is None:
        return ""
    left = (last_day(deadline.at) - today).days
    return {0: "오늘 마감", 1: "내일 마감"}.get(left, f"D-{left}")


def closes_soon(deadline: Deadline, today: date) -> bool:
    """Say whether applications end within SOON_DAYS days of `today`."""
    return deadline.at is not None and 0 <= (last_day(deadline.at) - today).days <= SOON_DAYS


def career_words(career: Career) -> str:
    """Return `신입`, `경력 3~5년`, `신입·경력 5년 이하`, …; empty when the board said nothing."""
    return f"{CAREERS[career.kind]} {_years(career.min_years or 0, career.max_years)}".strip()


def _years(least: int, most: int | None) -> str:
    if most is None:
        return f"{least}년 이상" if least else ""
    if least == most:
        return f"{most}년"
    return f"{least}~{most}년" if least else f"{most}년 이하"


def region_words(regions: tuple[Region, ...]) -> str:
    """Return the first places and how many more there are: `서울 강남구, 경기 성남시 외 2곳`."""
    places = list(dict.fromkeys(f"{region.sido} {region.sigungu or ''}".strip() for region in regions))
    more = len(places) - SHOWN_REGIONS
    return ", ".join(places[:SHOWN_REGIONS]) + (f" 외 {more}곳" if more > 0 else "")
