from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from jobdb.posting import Deadline, DeadlineKind
from jobspider.normalise.dates import WEEKDAYS
from jobspider.normalise.deadline import read_deadline
from jobspider.normalise.text import WordingError

SEEN = datetime(2026, 11, 21, 10, 0, tzinfo=KST)  # a Saturday

DATED = {
    "~ 12/05(토)": "2026-12-05 23:59:59",
    "~12.05 (토)": "2026-12-05 23:59:59",
    "~12.05(토)": "2026-12-05 23:59:59",
    "~12.05": "2026-12-05 23:59:59",
    "～ 12/05（토）": "2026-12-05 23:59:59",
    "12월 5일까지": "2026-12-05 23:59:59",
    "~ 12/05(토) 18:00": "2026-12-05 18:00:00",
    "~10.26": "2026-10-26 23:59:59",
    "~ 01/05(화)": "2027-01-05 23:59:59",
    "~ 01/05": "2027-01-05 23:59:59",
    "~ 09/23": "2026-09-23 23:59:59",  # 59 days ago
    "~ 09/22": "2027-09-22 23:59:59",  # 60 days ago, or in 305 days: what a list shows has not ended
    "~ 08/21(금)": "2026-08-21 23:59:59",  # the weekday outweighs the 92 days
    "~ 01/05(월)": "2027-01-05 23:59:59",  # 2026-01-05 has it, 320 days ago: a misprint
    "2026.12.05 (토) 23:59": "2026-12-05 23:59:00",
    "2026.12.05 23:59": "2026-12-05 23:59:00",
    "2026.12.05 (토) 24:00": "2026-12-05 23:59:59",
    "2026.12.05": "2026-12-05 23:59:59",
    "2026. 12. 05.": "2026-12-05 23:59:59",
    "마감일 : 2026-12-05": "2026-12-05 23:59:59",
    "접수기간: 2026.08.11 ~ 2026.12.05": "2026-12-05 23:59:59",
    "26-12-05": "2026-12-05 23:59:59",
    "20261205": "2026-12-05 23:59:59",
    "2026-12-05": "2026-12-05 23:59:59",
    "2026-12-05T23:59:59": "2026-12-05 23:59:59",
    "2026-12-05 18:30:00": "2026-12-05 18:30:00",
    "2026-12-05T00:00:00": "2026-12-05 23:59:59",
    "2026-12-05T09:00:00Z": "2026-12-05 18:00:00",
    "2026-12-05T15:00:00Z": "2026-12-06 00:00:00",
    "2026-12-05T18:00:00.000+09:00": "2026-12-05 18:00:00",
    "접수마감일 1648393199": "2022-03-27 23:59:59",  # Saramin's API
    "접수마감일 1796137200": "2026-12-02 00:00:00",
    "1796137200": "2026-12-02 00:00:00",
    "18시마감": "2026-11-21 18:00:00",
    "18시 마감": "2026-11-21 18:00:00",
    "24시마감": "2026-11-21 23:59:59",
    "오늘마감": "2026-11-21 23:59:59",
    "오늘 마감": "2026-11-21 23:59:59",
    "오늘 18시 마감": "2026-11-21 18:00:00",
    "내일마감": "2026-11-22 23:59:59",
    "D-3": "2026-11-24 23:59:59",
    "d-41": "2027-01-01 23:59:59",
    "D-Day": "2026-11-21 23:59:59",
    "D-0": "2026-11-21 23:59:59",
    "접수마감": "2026-11-21 10:00:00",
    "마감": "2026-11-21 10:00:00",
}
KINDS = {
    DeadlineKind.OPEN_ENDED: [
        "상시", "상시채용", "상시 채용", "수시채용", "null",
        "상시 1796137200", "수시 4102412399",
        "9999-12-31T23:59:59", "9999-12-31 23:59:59", "9999-12-31T23:59:59+09:00", "마감일\n상시",
    ],
    DeadlineKind.UNTIL_FILLED: [
        "채용시", "채용시까지", "채용시 마감", "채용 시 까지", "2099-12-31",
        "채용시 1796137200", "채용시까지  26-12-05", "채용시까지 2026-12-05", "채용시까지 2026.12.05 (토) 24:00",
    ],
    DeadlineKind.UPCOMING: ["진행예정", "접수예정"],
    DeadlineKind.UNKNOWN: ["", "  ", "\u200b"],
}  # fmt: skip
NOBODY_KNOWS = [
    "2 1796137200",
    "접수마감일 2026120523",
    "곧 마감 예정",
    "채용시까지 26-13-05",
    "~ 13/05",
    "~ 02/30(금)",
    "2026.02.30",
    "25시마감",
    "~ 02/29",
    "D-",
    "2026-12-05T25:00",
    "12",
]


@pytest.mark.parametrize(("text", "at"), DATED.items())
def test_dated(text: str, at: str) -> None:
    deadline = read_deadline(text, SEEN)
    assert deadline == Deadline(DeadlineKind.DATED, datetime.fromisoformat(at).replace(tzinfo=KST))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_without_a_date(kind: DeadlineKind, text: str) -> None:
    assert read_deadline(text, SEEN) == Deadline(kind)


@pytest.mark.parametrize("text", NOBODY_KNOWS)
def test_unknown_wording_is_said(text: str) -> None:
    with pytest.raises(WordingError) as caught:
        read_deadline(text, SEEN)
    assert caught.value.wording == text


def test_the_day_is_koreas() -> None:
    late = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # 00:30 of the 22nd in Seoul
    assert read_deadline("오늘마감", late).at == datetime(2026, 11, 22, 23, 59, 59, tzinfo=KST)


def test_the_leap_day_is_in_the_leap_year() -> None:
    assert read_deadline("~02.29", datetime(2027, 12, 20, tzinfo=KST)).at == datetime(
        2028, 2, 29, 23, 59, 59, tzinfo=KST
    )


DAYS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31)).map(lambda day: day.replace(tzinfo=KST))  # noqa: DTZ001


@given(DAYS, st.integers(-60, 290))
def test_a_printed_weekday_leads_back_to_the_day(seen: datetime, ahead: int) -> None:
    day = (seen + timedelta(days=ahead)).date()
    deadline = read_deadline(f"~ {day.month:02}/{day.day:02}({WEEKDAYS[day.weekday()]})", seen)
    assert deadline.at is not None
    assert deadline.at.date() == day


@given(DAYS, st.integers(-59, 304))
def test_without_a_weekday_the_day_is_found_in_its_window(seen: datetime, ahead: int) -> None:
    day = (seen + timedelta(days=ahead)).date()
    deadline = read_deadline(f"~{day.month}.{day.day}", seen)
    assert deadline.at is not None
    assert deadline.at.date() == day


PIECES = "~ D - d / . : ( ) 월 화 오늘 내일 마감 까지 시 분 일 0 00 1 12 24 31 59 2026 9999 0000 T Z +09:00 상시 ٣ ３"
PIECE = st.sampled_from(PIECES.split())


@given(
    st.one_of(st.text(), st.lists(PIECE, max_size=10).map("".join), st.lists(PIECE, max_size=10).map(" ".join)), DAYS
)
def test_any_text_is_a_deadline_or_unknown_wording(text: str, seen: datetime) -> None:
    try:
        deadline = read_deadline(text, seen)
    except WordingError:
        return
    assert (deadline.kind is DeadlineKind.DATED) == (deadline.at is not None)
    assert deadline.at is None or deadline.at.tzinfo is KST
