import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Education
from jobspider.normalise.education import read_education
from jobspider.normalise.text import WordingError

WORDINGS = {
    Education.UNKNOWN: ["", "null"],
    Education.ANY: ["학력무관", "학력 무관", "무관", "초졸이하"],
    Education.MIDDLE_SCHOOL: ["중졸", "중학교졸업 이상"],
    Education.HIGH_SCHOOL: [
        "고졸", "고졸↑", "고졸이상", "고교졸업 이상", "고등학교졸업 이상", "고등학교졸업이상", "고졸 ~ 대졸(4년)",
    ],
    Education.COLLEGE: [
        "초대졸↑", "초대졸이상", "대졸(2,3년제) 이상", "대졸(2,3년제) 이상(예정자 가능)", "대학졸업(2,3년) 이상",
        "대졸(2~3년)", "대졸(2~3년) ~ 박사", "대졸(2~3년)-대졸(4년)",
    ],
    Education.BACHELOR: [
        "대졸", "대졸↑", "대졸이상", "대졸(4년제) 이상", "대졸(4년)", "대학교졸업(4년) 이상", "학사 이상",
        "대졸(4년)-박사",
    ],
    Education.MASTER: ["석사↑", "석사이상", "석사졸업 이상"],
    Education.DOCTOR: ["박사", "박사졸업"],
}  # fmt: skip


@pytest.mark.parametrize(("level", "text"), [(level, text) for level, texts in WORDINGS.items() for text in texts])
def test_wording(level: Education, text: str) -> None:
    assert read_education(text) is level


@pytest.mark.parametrize("text", ["대학 재학", "관련 학과", "정규직", "이상하게", "고졸 또는 대졸"])
def test_unknown_wording_is_said(text: str) -> None:
    with pytest.raises(WordingError) as caught:
        read_education(text)
    assert caught.value.wording == text


PIECES = "대졸 초 고졸 석사 ( ) 2 3 4 , ~ 년 제 이상 ↑ 무관"


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(PIECES.split())).map("".join),
    )
)
def test_any_text_is_an_education_or_unknown_wording(text: str) -> None:
    try:
        level = read_education(text)
    except WordingError:
        return
    assert isinstance(level, Education)
