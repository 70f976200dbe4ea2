"""The day on which a posting was registered or last modified."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from jobdb.clock import KST
from jobspider.normalise.dates import full_date
from jobspider.normalise.text import REMEMBERED, WordingError, fold

SPANS = {
    "초": timedelta(seconds=1),
    "분": timedelta(minutes=1),
    "시간": timedelta(hours=1),
    "일": timedelta(days=1),
    "주": timedelta(weeks=1),
}
DAYS_AGO = {"방금": 0, "방금전": 0, "오늘": 0, "어제": 1, "그제": 2}

_LABEL = re.compile(r"(?:등록일시?|수정일시?|게시일|등록|수정)")
_AGO = re.compile(rf"(\d{{1,4}})\s?({'|'.join(SPANS)})\s?전")


@lru_cache(REMEMBERED)
def read_posted(text: str, seen_at: datetime) -> date | None:
    """Return the day in Korea of `등록일 26/01/21`, `(7일전 수정)`; None when none was printed.

    Raises WordingError.
    """
    words = _LABEL.sub("", fold(text)).strip(" ():")
    if words in {"", "null"}:
        return None
    seen = seen_at.astimezone(KST)
    if match := _AGO.fullmatch(words):
        return (seen - int(match[1]) * SPANS[match[2]]).date()
    if words.replace(" ", "") in DAYS_AGO:
        return seen.date() - timedelta(days=DAYS_AGO[words.replace(" ", "")])
    if found := full_date(words):
        return found[0]
    raise WordingError(fold(text))
