import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Employment
from jobspider.normalise.employment import read_employment
from jobspider.normalise.text import WordingError

E = Employment
WORDINGS = {
    "": (),
    "null": (),
    "정규직": (E.PERMANENT,),
    "정규직 수습기간 3개월": (E.PERMANENT,),
    "정규직(수습 3개월)": (E.PERMANENT,),
    "정규직·계약직": (E.PERMANENT, E.CONTRACT),
    "정규직, 위촉직, 프리랜서": (E.PERMANENT, E.COMMISSIONED, E.FREELANCE),
    "정규직ㆍ인턴직": (E.PERMANENT, E.INTERN),
    "기간제·계약직": (E.CONTRACT,),
    "무기계약직·계약직": (E.PERMANENT, E.CONTRACT),
    "파견직 (정규직 전환가능)·파견직": (E.DISPATCHED,),
    "정규직·전문연구요원": (E.PERMANENT, E.MILITARY_SERVICE),
    "정규직·파트": (E.PERMANENT, E.PART_TIME),
    "인턴직·아르바이트": (E.INTERN, E.PART_TIME),
    "알바": (E.PART_TIME,),
    "교육생/연수생": (E.TRAINEE,),
    "병역특례": (E.MILITARY_SERVICE,),
    "정규직외": (E.PERMANENT, E.OTHER),
    "계약직외": (E.CONTRACT, E.OTHER),
    "regular": (E.PERMANENT,),
    "contract": (E.CONTRACT,),
    "intern": (E.INTERN,),
    "FULL_TIME": (E.PERMANENT,),
    "기간의 정함이 있는 근로계약 · 10개월": (E.CONTRACT,),
    "기간의 정함이 없는 근로계약(시간(선택)제)": (E.PERMANENT, E.PART_TIME),
    "파견근로": (E.DISPATCHED,),
    "대체인력채용": (E.CONTRACT,),
}


@pytest.mark.parametrize(("text", "kinds"), WORDINGS.items())
def test_wording(text: str, kinds: tuple[Employment, ...]) -> None:
    assert read_employment(text) == kinds


@pytest.mark.parametrize(
    ("text", "unknown", "known"),
    [
        ("정규직·용병", "용병", (E.PERMANENT,)),
        ("서울 강남구", "서울 강남구", ()),
        ("해외", "해외", ()),
        ("외", "외", ()),
    ],
)
def test_unknown_parts_are_said_and_the_others_kept(text: str, unknown: str, known: tuple[Employment, ...]) -> None:
    with pytest.raises(WordingError) as caught:
        read_employment(text)
    assert (caught.value.wording, caught.value.known) == (unknown, known)


PIECES = "정규직 계약직 외 · , ( ) 3 개월 수습"


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(PIECES.split())).map("".join),
    )
)
def test_any_text_is_an_employment_or_unknown_wording(text: str) -> None:
    try:
        kinds = read_employment(text)
    except WordingError as error:
        kinds = error.known
    assert len(set(kinds)) == len(kinds)
