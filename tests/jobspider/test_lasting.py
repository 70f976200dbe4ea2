"""A card changes when somebody changed the posting, and not because a day has passed."""

from dataclasses import replace
from datetime import date

import pytest

from jobspider.items import RawPosting
from jobspider.lasting import lasting_deadline, lasting_posted

TODAY = date(2026, 11, 30)
CARD = RawPosting("saramin", "1", "https://www.saramin.co.kr/1", "백엔드 개발자", "가람소프트", deadline="~ 12/01(화)")

# as printed on TODAY -> what lasts
DEADLINES = {
    "~ 12/01(화)": "12/01",
    "내일마감": "12/01",
    "명일마감": "12/01",
    "오늘마감": "11/30",
    "금일마감": "11/30",
    "18시마감": "11/30",
    "D-1": "12/01",
    "D-31": "12/31",
    "~12.01 (화)": "12/01",
    "11/20 ~ 12/01": "12/01",
    "~1/5(화)": "01/05",
    "상시채용": "상시채용",
    "채용시": "채용시",
    "진행예정": "진행예정",
    "2026-12-01T23:59:59": "2026-12-01T23:59:59",
    "2026.12.01": "2026.12.01",
    "": "",
}
POSTED = {
    "등록일 26/11/24": "",
    "수정일 26/11/24": "수정일 26/11/24",
    "(2분전 등록)": "",
    "(11시간전 수정)": "",
    "(2026.11.24 등록)": "",
    "(2026.11.24 수정)": "(2026.11.24 수정)",
    "2026-11-24": "2026-11-24",
    "": "",
}


@pytest.mark.parametrize("printed", DEADLINES)
def test_what_lasts_of_a_deadline(printed):
    assert lasting_deadline(printed, TODAY) == DEADLINES[printed]


@pytest.mark.parametrize("printed", POSTED)
def test_what_lasts_of_a_registration(printed):
    assert lasting_posted(printed) == POSTED[printed]


def test_a_deadline_that_comes_near_changes_no_card():
    days = {
        "~ 12/01(화)": date(2026, 11, 28), "D-2": date(2026, 11, 29), "내일마감": TODAY, "오늘마감": date(2026, 12, 1),
    }  # fmt: skip
    assert len({replace(CARD, deadline=words).card_hash(day) for words, day in days.items()}) == 1


@pytest.mark.parametrize(
    "changed", [{"deadline": "~ 12/08(화)"}, {"deadline": "상시채용"}, {"posted": "수정일 26/11/30"}, {"pay": "협의"}]
)
def test_an_extended_or_modified_posting_is_another_card(changed):
    assert replace(CARD, **changed).card_hash(TODAY) != CARD.card_hash(TODAY)
