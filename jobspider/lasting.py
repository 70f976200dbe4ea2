"""What of a card's words lasts from one day to the next, when nobody has touched the posting. Pure."""

import re
from datetime import date, timedelta
from functools import lru_cache

AHEAD = {"오늘": 0, "금일": 0, "내일": 1, "명일": 1}

_RELATIVE = re.compile(r"(?P<word>오늘|금일|내일|명일)|D-(?P<days>\d{1,3})|\d{1,2}시\s?(?:마감)?$")
_DAY = re.compile(r"(?<![\d./])(\d{1,2})[./](\d{1,2})(?![./]?\d)")


@lru_cache(1_000)
def lasting_deadline(deadline: str, seen_on: date) -> str:
    """Return a deadline's month and day, however near it is: `~ 11/24(화)` is `내일마감` and `18시마감` later.

    Words without a month and day, or with a year, are returned as they are.
    """
    if match := _RELATIVE.match(deadline):
        days = AHEAD[match["word"]] if match["word"] else int(match["days"] or 0)
        return f"{seen_on + timedelta(days):%m/%d}"
    days_printed = _DAY.findall(deadline)
    return f"{int(days_printed[-1][0]):02}/{int(days_printed[-1][1]):02}" if days_printed else deadline


def lasting_posted(posted: str) -> str:
    """Return the day of the last modification as printed; "" for a registration, which never changes.

    Relative wording (`2분전 수정`) changes by itself and is left out too. Incruit counts a registration's age for a
    week and then prints its day.
    """
    return "" if "전" in posted or "등록" in posted else posted
