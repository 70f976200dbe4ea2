import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Career, CareerKind
from jobspider.normalise.career import read_career, read_career_range
from jobspider.normalise.text import WordingError

NEWCOMER, EXPERIENCED, BOTH, ANY = CareerKind.NEWCOMER, CareerKind.EXPERIENCED, CareerKind.BOTH, CareerKind.ANY

WORDINGS = {
    "": Career(),
    "신입": Career(NEWCOMER),
    "경력": Career(EXPERIENCED),
    "경력직": Career(EXPERIENCED),
    "경력무관": Career(ANY),
    "경력 무관": Career(ANY),
    "무관": Career(ANY),
    "무관(신입포함)": Career(ANY),
    "연차무관": Career(ANY),
    "관계없음": Career(ANY),
    "경력(연차무관)": Career(EXPERIENCED),
    "신입·경력": Career(BOTH),
    "신입ㆍ경력": Career(BOTH),
    "신입/경력": Career(BOTH),
    "경력/신입": Career(BOTH),
    "신입/경력(연차무관)": Career(BOTH),
    "경력3년↑": Career(EXPERIENCED, 3),
    "경력 3년↑": Career(EXPERIENCED, 3),
    "경력 3년 이상": Career(EXPERIENCED, 3),
    "경력3년": Career(EXPERIENCED, 3),
    "3년 이상": Career(EXPERIENCED, 3),
    "경력10년↓": Career(EXPERIENCED, None, 10),
    "경력 5년 이하": Career(EXPERIENCED, None, 5),
    "경력5~10년": Career(EXPERIENCED, 5, 10),
    "경력 1~4년": Career(EXPERIENCED, 1, 4),
    "경력 1 ∼ 4년": Career(EXPERIENCED, 1, 4),
    "경력 1~1년": Career(EXPERIENCED, 1, 1),
    "경력 3년 ~ 5년": Career(EXPERIENCED, 3, 5),
    "신입/경력(3년↑)": Career(BOTH, 3),
    "신입·경력 3년 이상": Career(BOTH, 3),
    "신입/경력1년↑": Career(BOTH, 1),
    "신입/경력1년미만": Career(BOTH, None, 1),
    "신입~10년": Career(BOTH, None, 10),
    "0~3년": Career(BOTH, None, 3),
    "경력 0년 이상": Career(BOTH),
    "경력1년": Career(EXPERIENCED, 1),
    "경력 (최소3년) 필수": Career(EXPERIENCED, 3),
    "경력 (최소1년6개월) 필수": Career(EXPERIENCED, 1),
    "경력 (최소6개월) 필수": Career(EXPERIENCED),
    "경력 (최소5년) 우대": Career(ANY),
}
NOBODY_KNOWS = ["경력 조금", "경력 9~3년", "5", "신입 우대", "경력 300년", "정규직"]

# years from, years to, newcomers, the board's "no upper bound"
RANGES = [
    (("5", "10", "", 100), Career(EXPERIENCED, 5, 10)),
    (("5", "100", "", 100), Career(EXPERIENCED, 5)),
    (("3", "20", "false", 20), Career(EXPERIENCED, 3)),
    (("3", "20", "false", None), Career(EXPERIENCED, 3, 20)),
    (("0", "0", "true", 20), Career(NEWCOMER)),
    (("0", "0", "", 100), Career(NEWCOMER)),
    (("0", "5", "true", 20), Career(BOTH, None, 5)),
    (("0", "100", "true", 100), Career(BOTH)),
    (("0", "100", "", 100), Career(BOTH)),
    (("2", "5", "true", 20), Career(BOTH, 2, 5)),
    (("3", "", "", 100), Career(EXPERIENCED, 3)),
    (("null", "null", "true", 100), Career(NEWCOMER)),
    (("null", "null", "null", 100), Career()),
    (("", "", "", 100), Career()),
]


@pytest.mark.parametrize(("text", "career"), WORDINGS.items())
def test_wording(text: str, career: Career) -> None:
    assert read_career(text) == career


@pytest.mark.parametrize("text", NOBODY_KNOWS)
def test_unknown_wording_is_said(text: str) -> None:
    with pytest.raises(WordingError) as caught:
        read_career(text)
    assert caught.value.wording == text


@pytest.mark.parametrize(("years", "career"), RANGES)
def test_range_of_numbers(years: tuple[str, str, str, int | None], career: Career) -> None:
    assert read_career_range(*years) == career


@pytest.mark.parametrize(
    "years", [("ten", "", "", 100), ("-1", "3", "", 100), ("9", "3", "", 100), ("3", "", "maybe", 100)]
)
def test_range_that_makes_no_sense_is_said(years: tuple[str, str, str, int | None]) -> None:
    with pytest.raises(WordingError):
        read_career_range(*years)


PIECES = "신입 경력 무관 연차 년 ↑ ↓ ~ / · ( ) 이상 미만 1 3 10 ٣"


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(PIECES.split())).map("".join),
    )
)
def test_any_text_is_a_career_or_unknown_wording(text: str) -> None:
    try:
        career = read_career(text)
    except WordingError:
        return
    assert career.min_years is None or career.max_years is None or career.min_years <= career.max_years


NUMBERS = st.one_of(st.text(max_size=4), st.integers(-5, 200).map(str), st.just("null"))


@given(NUMBERS, NUMBERS, st.sampled_from(["true", "false", "null", "", "1"]), st.sampled_from([None, 20, 100]))
def test_any_range_is_a_career_or_unknown_wording(least: str, most: str, newcomer: str, open_end: int | None) -> None:
    try:
        career = read_career_range(least, most, newcomer, open_end)
    except WordingError:
        return
    assert career.min_years is None or career.max_years is None or career.min_years <= career.max_years
