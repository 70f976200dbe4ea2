from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Region
from mailer_cli.wording import career_words, countdown, period_words, plain, region_words
from tests.mailer_cli.samples import SLOT, dated

TODAY = date(2026, 11, 24)
PERIODS = [
    (dated(0), "11월 24일(화)까지", "오늘 마감"),
    (dated(0, 18, 0), "11월 24일(화) 18시까지", "오늘 마감"),
    (dated(1, 0, 0), "11월 24일(화)까지", "오늘 마감"),  # midnight belongs to the day that it ends
    (dated(1), "11월 25일(수)까지", "내일 마감"),
    (dated(3), "11월 27일(금)까지", "D-3"),
    (dated(7), "12월 1일(화)까지", "D-7"),
    (dated(8), "12월 2일(수)까지", ""),
    (dated(11, 17, 30), "12월 5일(토) 17시 30분까지", ""),
    (dated(42), "2027년 1월 5일(화)까지", ""),
    (Deadline(DeadlineKind.OPEN_ENDED), "상시 채용", ""),
    (Deadline(DeadlineKind.UNTIL_FILLED), "채용 시까지", ""),
    (Deadline(DeadlineKind.UPCOMING), "접수 예정", ""),
    (Deadline(), "마감일은 공고에서 확인", ""),
]
CAREERS = [
    (Career(CareerKind.NEWCOMER), "신입"),
    (Career(CareerKind.EXPERIENCED), "경력"),
    (Career(CareerKind.EXPERIENCED, 3), "경력 3년 이상"),
    (Career(CareerKind.EXPERIENCED, 3, 5), "경력 3~5년"),
    (Career(CareerKind.EXPERIENCED, 3, 3), "경력 3년"),
    (Career(CareerKind.BOTH, None, 3), "신입·경력 3년 이하"),
    (Career(CareerKind.BOTH, 0, None), "신입·경력"),
    (Career(CareerKind.ANY), "경력 무관"),
    (Career(), ""),
]
PLACES = [
    ((), ""),
    ((Region("서울"),), "서울"),
    ((Region("서울", "강남구"), Region("경기", "성남시")), "서울 강남구, 경기 성남시"),
    ((Region("서울", "강남구"), Region("부산"), Region("대구"), Region("대전")), "서울 강남구, 부산 외 2곳"),
    ((Region("서울"), Region("서울")), "서울"),
]
HOSTILE = [
    ("  데이터\r\nBcc: x@example.com\t분석 ", "데이터 Bcc: x@example.com 분석"),
    ("\u202eevil\u202c\u200b", "evil"),
    ("a\x00b\ue000c\ud800d", "a bcd"),
    ("x" * 200, "x" * 159 + "…"),
]


@pytest.mark.parametrize(("deadline", "period", "left"), PERIODS)
def test_a_period_is_said_in_korean(deadline, period, left):
    assert (period_words(deadline, TODAY), countdown(deadline, TODAY)) == (period, left)


def test_an_instant_of_another_zone_is_said_in_korean_time():
    assert period_words(Deadline(DeadlineKind.DATED, SLOT.astimezone(UTC)), TODAY) == "11월 24일(화) 17시까지"


@pytest.mark.parametrize(("career", "words"), CAREERS)
def test_a_career_is_said_in_korean(career, words):
    assert career_words(career) == words


@pytest.mark.parametrize(("regions", "words"), PLACES)
def test_places_are_said_shortly(regions, words):
    assert region_words(regions) == words


@pytest.mark.parametrize(("text", "line"), HOSTILE)
def test_hostile_text_becomes_one_visible_line(text, line):
    assert plain(text) == line


@given(st.text())
def test_plain_is_printable_short_and_done_once(text):
    line = plain(text)
    assert len(line) <= 160
    assert line.splitlines() == ([line] if line else [])
    assert plain(line) == line
