"""The code tables of 고용24, against those that were saved, and an entry of [walks] against them."""

import csv
from pathlib import Path

import pytest

from jobdb.codes import occupations, regions, terms, wrong_walk
from jobdb.posting import SIDO, Region

SAVED = Path(__file__).resolve().parents[2].parent / "shared" / "boards" / "worknet" / "codes"
MOVED = {"025", "026", "027"}  # in 2025, to what the search page of that year shows
MOVED_AWAY = {"028", "029", "02A", "02B", "02C"}

GOOD = {"occupation": "024", "name": "소프트웨어"}
WRONG = [
    ({"occupation": "024"}, 'name = "소프트웨어"'),
    ({"occupation": "025", "name": "데이터·네트워크 및 시스템 운영"}, "네트워크 시스템 및 정보보안"),
    ({"occupation": "999", "name": "없는 직종"}, "no table"),
    ({"name": "소프트웨어"}, "no table"),
    (GOOD | {"region": "99999"}, "no table"),
    (GOOD | {"pageIndex": "2"}, "pageIndex"),
]


def test_a_region_is_a_place():
    assert regions()["11680"] == Region("서울", "강남구")
    assert regions()["11000"] == Region("서울")
    assert regions()["41135"] == Region("경기", "성남시 분당구")
    assert regions()["00000"] == Region("전국")


def test_every_region_is_in_a_sido_and_every_sido_has_a_code():
    assert {region.sido for region in regions().values()} == {*SIDO, "전국"}
    assert {region.sido for region in regions().values() if region.sigungu is None} == {*SIDO, "전국"}


def test_an_occupation_has_its_newest_name():
    assert occupations()["01"] == "경영·사무·금융·보험"
    assert occupations()["026"] == "데이터 및 정보시스템·웹 운영"
    assert occupations()["133201"] == "JAVA 프로그래밍 언어 전문가"


def test_terms_are_the_boards_words():
    assert terms("education")["04"] == "대졸(2~3년)"
    assert terms("career") == {"N": "신입", "E": "경력", "Z": "관계없음"}
    assert terms("employment")["10"] == "기간의 정함이 없는 근로계약"


@pytest.mark.parametrize("walk", [GOOD, GOOD | {"region": "11000"}])
def test_a_walk_of_known_codes_is_right(walk):
    assert wrong_walk(walk) is None


@pytest.mark.parametrize(("walk", "words"), WRONG)
def test_what_is_wrong_with_a_walk_is_said(walk, words):
    assert words in wrong_walk(walk)


def saved(name):
    path = SAVED / name
    if not path.exists():
        pytest.skip(f"{SAVED} is not here: saved tables are read where they are")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row["code"]: row["title"] for row in csv.DictReader(lines)}


def test_no_saved_region_is_missing():
    names = {code: f"{region.sido} {region.sigungu or ''}".strip() for code, region in regions().items()}
    assert names == saved("region_codes.csv") | {"00000": "전국"}


def test_no_saved_occupation_is_missing_but_those_that_moved_away():
    expected = {code: name for code, name in saved("occupation_codes.csv").items() if code not in MOVED | MOVED_AWAY}
    assert {code: name for code, name in occupations().items() if code not in MOVED} == expected
    assert occupations().keys() > MOVED
