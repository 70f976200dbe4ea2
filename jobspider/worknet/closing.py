"""When a posting of 고용24 ends, by its own rules: the dates that it prints are words to a script on the page."""

import re

from jobdb.posting import PostingState

UNTIL_FILLED = "채용시까지"
NO_END = "2099"  # the year of an end that is none
GONE = ("마감된 채용정보입니다", "상세 내역이 없습니다", "구인정보를 확인할 수 없습니다")


def printed_end(printed: str, until_filled: bool) -> str:
    """Return the end as a person reads it: the script puts 채용시까지 in place of many a date."""
    return f"{UNTIL_FILLED} {printed}".strip() if until_filled and UNTIL_FILLED not in printed else printed


def state_by_message(message: str) -> PostingState:
    """Return CLOSED when the board says why there is no posting; other messages prove nothing."""
    return PostingState.CLOSED if any(words in message for words in GONE) else PostingState.UNKNOWN


def state_by_end(end: str, until_filled: bool, today: str) -> PostingState:
    """Return the state of a posting that the board shows on its own `today`; both dates are yyyymmdd.

    The script of its page prints 접수마감 from the day after `end`.
    """
    if until_filled or end.startswith(NO_END):
        return PostingState.OPEN
    if not (re.fullmatch(r"\d{8}", end) and re.fullmatch(r"\d{8}", today)):
        return PostingState.UNKNOWN
    return PostingState.CLOSED if end < today else PostingState.OPEN
