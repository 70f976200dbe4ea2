"""Years of work asked for."""

import re
from functools import lru_cache

from jobdb.posting import Career, CareerKind
from jobspider.normalise.text import REMEMBERED, WordingError, compact

# Wording without its blanks.
ANY = {
    "무관", "경력무관", "연차무관", "경력연차무관", "관계없음", "경력관계없음", "무관(신입포함)", "경력무관(신입포함)",
    "신입~무관", "제한없음",
}  # fmt: skip

_YEARS = (
    r"\(?(?:연차무관|~?(?P<most>\d{1,2})년차?(?:↓|이하|미만|이내)|(?P<least>\d{1,2})년차?(?:↑|이상|~)?"
    r"|(?P<low>\d{1,2})(?:년차?)?(?:이상)?[~-](?P<high>\d{1,2})년차?(?:이하|미만)?|~(?P<top>\d{1,2})년차?)?\)?"
)
_WORDS = re.compile(rf"(?P<newcomer>신입)?[·/,및]?(?P<experienced>경력직?)?(?P<after>[·/,및]신입)?{_YEARS}")

# 고용24's years are a must (필수) or welcome (우대): then others may apply as well.
_AT_LEAST = re.compile(r"경력(?:\(최소(?:(?P<years>\d{1,2})년)?(?:\d{1,2}개월)?\))?(?P<weight>필수|우대)?")


@lru_cache(REMEMBERED)
def read_career(text: str) -> Career:
    """Return who may apply by years of work: `경력 3년↑`, `신입/경력(연차무관)`, `신입~10년`. Raises WordingError."""
    words = compact(text)
    if not words:
        return Career()
    if words in ANY:
        return Career(CareerKind.ANY)
    if match := _AT_LEAST.fullmatch(words):
        wanted = Career(CareerKind.EXPERIENCED, _number(match["years"]))
        return Career(CareerKind.ANY) if match["weight"] == "우대" else wanted
    match = _WORDS.fullmatch(words)
    if not match:
        raise WordingError(text)
    least, most = _number(match["least"] or match["low"]), _number(match["most"] or match["high"] or match["top"])
    if least is not None and most is not None and least > most:
        raise WordingError(text)
    newcomer = bool(match["newcomer"] or match["after"]) or least == 0  # from no year on: as in JSON
    return _career(newcomer, bool(match["experienced"]) or least is not None or most is not None, least or None, most)


def read_career_range(least: str, most: str, newcomer: str, open_end: int | None) -> Career:
    """Return the career that JSON gives as years and a mark for newcomers ("true"/"false").

    `open_end` is the number of years with which the board says "no upper bound". Raises WordingError.
    """
    first, last = _json_years(least), _json_years(most)
    if newcomer not in {"true", "false", "null", ""} or (first is not None and last is not None and first > last):
        raise WordingError(f"{least}~{most} {newcomer}".strip())
    if last is not None and open_end is not None and last >= open_end:
        last = None
    if first is None and last is None and newcomer != "true":
        return Career()
    for_newcomers = newcomer == "true" or last == 0 or (newcomer != "false" and first == 0)
    experienced = last != 0 and not (first is None and last is None)
    return _career(for_newcomers, experienced, first or None, last)


def _career(newcomer: bool, experienced: bool, least: int | None, most: int | None) -> Career:
    if newcomer and not experienced:
        return Career(CareerKind.NEWCOMER)
    return Career(CareerKind.BOTH if newcomer else CareerKind.EXPERIENCED, least, most)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _json_years(text: str) -> int | None:
    words = compact(text)
    if words in {"", "null"}:
        return None
    if not re.fullmatch(r"\d{1,3}", words):
        raise WordingError(text)
    return int(words)
