from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from jobspider.normalise.posted import read_posted
from jobspider.normalise.text import WordingError

SEEN = datetime(2026, 11, 21, 10, 0, tzinfo=KST)
WORDINGS = {
    "": None,
    "null": None,
    "등록일 26/01/21": date(2026, 1, 21),
    "수정일 26/11/02": date(2026, 11, 2),
    "등록일 1643174150": date(2022, 1, 26),  # Saramin's API
    "수정일 1795705200": date(2026, 11, 27),
    "(2025.12.15 등록)": date(2025, 12, 15),
    "(2분전 등록)": date(2026, 11, 21),
    "(11시간전 수정)": date(2026, 11, 20),
    "(7일전 수정)": date(2026, 11, 14),
    "2일 전 등록": date(2026, 11, 19),
    "오늘": date(2026, 11, 21),
    "방금 전 등록": date(2026, 11, 21),
    "어제 등록": date(2026, 11, 20),
    "2026-11-04": date(2026, 11, 4),
    "2026.03.18 00:00:00": date(2026, 3, 18),
    "2026-11-20T16:00:00Z": date(2026, 11, 21),
}


@pytest.mark.parametrize(("text", "day"), WORDINGS.items())
def test_wording(text: str, day: date | None) -> None:
    assert read_posted(text, SEEN) == day


@pytest.mark.parametrize("text", ["얼마 전", "2026.13.01", "3개월 전"])
def test_unknown_wording_is_said(text: str) -> None:
    with pytest.raises(WordingError) as caught:
        read_posted(text, SEEN)
    assert caught.value.wording == text


@given(st.one_of(st.text(), st.from_regex(r"\(?\d{0,5} ?(초|분|시간|일|주) ?전", fullmatch=True)))
def test_any_text_is_a_day_or_unknown_wording(text: str) -> None:
    try:
        day = read_posted(text, SEEN)
    except WordingError:
        return
    assert day is None or isinstance(day, date)
