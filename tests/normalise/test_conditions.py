import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspider.normalise.conditions import CAREER, EDUCATION, EMPLOYMENT, PAY, REGION, UNKNOWN, classify

WORDS = {
    REGION: [
        "서울 강남구", "서울전체", "경기 화성시 외", "전국", "재택근무", "경기 성남시 (재택근무 가능)", "인천 연수구",
        "경기 수원시", "미국", "아시아·중동 베트남", "세종특별자치시",
    ],
    CAREER: [
        "신입", "경력", "경력무관", "경력 3년↑", "경력3~5년", "신입·경력", "신입/경력(연차무관)", "신입/경력1년미만",
        "3년 이상",
    ],
    EDUCATION: ["학력무관", "고졸↑", "초대졸이상", "대졸", "석사↑", "박사", "대학교졸업(4년) 이상"],
    EMPLOYMENT: ["정규직", "정규직·기간제", "계약직외", "인턴", "프리랜서", "알바", "연수생", "위촉직", "정규직·용병"],
    PAY: [
        "249 만원", "3,000~3,500만원", "월급", "월급 3,000,000원", "시급 30,000원", "건별 800,000원", "면접 후 결정",
        "회사내규에 따름",
    ],
    UNKNOWN: ["무관", "낙원", "인기있는"],
}  # fmt: skip
CARDS = [
    ["서울 강남구", "경력 1~4년", "고졸↑", "정규직", "월급"],
    ["경력무관", "학력무관", "정규직", "249 만원"],
    ["신입/경력(연차무관)", "대졸이상", "경기 화성시 외", "정규직외"],
]


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in WORDS.items() for word in words])
def test_shape(kind: str, word: str) -> None:
    assert classify([word]) == {kind: [word]}


@pytest.mark.parametrize("card", CARDS)
def test_the_order_of_a_card_does_not_matter(card: list[str]) -> None:
    expected = classify(card)
    assert all(classify(list(order)) == expected for order in itertools.permutations(card))
    assert UNKNOWN not in expected


def test_a_word_of_a_shape_that_its_reader_does_not_know_keeps_its_shape() -> None:
    assert classify(["고졸쯤", "경력 조금"]) == {EDUCATION: ["고졸쯤"], CAREER: ["경력 조금"]}


@given(st.lists(st.text()))
def test_every_printed_word_is_classified_once(words: list[str]) -> None:
    sorted_words = [word for kind in classify(words).values() for word in kind]
    assert set(sorted_words) <= set(words)
    assert all(word in sorted_words for word in words if word.isalnum())
