import json
from dataclasses import asdict, replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.posting import (
    Career,
    CareerKind,
    Deadline,
    DeadlineKind,
    Education,
    Employment,
    Posting,
    Region,
    UnknownWording,
)
from jobspider.items import RawPosting
from jobspider.normalise import MalformedPosting, normalise

SEEN = datetime(2026, 11, 21, 3, 0, tzinfo=KST)
CARD = RawPosting(
    board="saramin",
    board_id="51000001",
    url="https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=51000001",
    title=" 데이터  분석가\u200b 채용 ",
    company="㈜가온 소프트",
    conditions=["서울 강남구", "경력 1~4년", "대졸↑", "정규직·기간제", "3,500만원"],
    deadline="~ 12/05(토)",
    posted="등록일 26/11/20",
    skills=["SQL", " Python ", "SQL", ""],
)


def test_a_card() -> None:
    assert normalise(CARD, SEEN) == Posting(
        board="saramin",
        board_id="51000001",
        url="https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=51000001",
        title="데이터 분석가 채용",
        company="㈜가온 소프트",
        company_key="가온소프트",
        deadline=Deadline(DeadlineKind.DATED, datetime(2026, 12, 5, 23, 59, 59, tzinfo=KST)),
        career=Career(CareerKind.EXPERIENCED, 1, 4),
        education=Education.BACHELOR,
        employment=(Employment.PERMANENT, Employment.CONTRACT),
        regions=(Region("서울", "강남구"),),
        posted_on=date(2026, 11, 20),
        pay="3,500만원",
        skills=("SQL", "Python"),
        raw={name: words for name, words in asdict(CARD).items() if words},
    )


def test_a_pages_labelled_words_outweigh_the_cards() -> None:
    page = replace(
        CARD, career="신입", education="학력무관", employment="인턴", region="경기 수원시", pay="월급 300만원"
    )
    posting = normalise(page, SEEN)
    assert (posting.career, posting.education) == (Career(CareerKind.NEWCOMER), Education.ANY)
    assert (posting.employment, posting.regions) == ((Employment.INTERN,), (Region("경기", "수원시"),))
    assert (posting.pay, posting.unknown) == ("월급 300만원", ())


def test_unknown_wording_is_kept_and_named() -> None:
    raw = replace(
        CARD,
        conditions=["낙원", "고졸쯤", "경력 조금", "정규직·용병"],
        deadline="곧",
        posted="얼마 전",
        region="서울 강남구, 낙원",
    )
    posting = normalise(raw, SEEN)
    assert {(unknown.field, unknown.wording) for unknown in posting.unknown} == {
        ("conditions", "낙원"),
        ("deadline", "곧"),
        ("career", "경력 조금"),
        ("education", "고졸쯤"),
        ("employment", "용병"),
        ("posted", "얼마 전"),
        ("region", "낙원"),
    }
    assert (posting.deadline, posting.career, posting.education) == (Deadline(), Career(), Education.UNKNOWN)
    assert (posting.employment, posting.regions) == ((Employment.PERMANENT,), (Region("서울", "강남구"),))


def test_what_was_not_printed_is_unknown_without_wording() -> None:
    posting = normalise(replace(CARD, conditions=[], deadline="", posted=""), SEEN)
    assert posting.unknown == ()
    assert (posting.deadline, posting.career, posting.education) == (Deadline(), Career(), Education.UNKNOWN)
    assert (posting.regions, posting.employment, posting.posted_on, posting.pay) == ((), (), None, "")


@pytest.mark.parametrize(
    ("board", "career_to", "most"),
    [("wanted", "100", None), ("wanted", "20", 20), ("jumpit", "20", None), ("jumpit", "9", 9)],
)
def test_years_in_json_end_where_the_board_says(board: str, career_to: str, most: int | None) -> None:
    raw = RawPosting(board, "1", f"{BOARDS[board].home}/1", "웹 개발", "가온", career_from="3", career_to=career_to)
    assert normalise(raw, SEEN).career == Career(CareerKind.EXPERIENCED, 3, most)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"board": "nowhere"}, "no_board"),
        ({"board_id": " "}, "no_id"),
        ({"title": "\u200b"}, "no_title"),
        ({"company": ""}, "no_company"),
        ({"url": ""}, "bad_url"),
        ({"url": "http://www.saramin.co.kr/1"}, "bad_url"),
        ({"url": "https://www.wanted.co.kr/wd/1"}, "bad_url"),
        ({"url": "https://www.saramin.co.kr.evil.test/1"}, "bad_url"),
        ({"url": "https://www.saramin.co.kr@evil.test/1"}, "bad_url"),
        ({"url": "https://www.saramin.co.kr:8443/1"}, "bad_url"),
        ({"url": "https://[::1/1"}, "bad_url"),
        ({"url": "javascript:alert(1)"}, "bad_url"),
        ({"board": "worknet", "url": "https://www.wanted.co.kr/wd/1"}, "bad_url"),
        ({"url": "https://www.saramin.co.kr/1\r\nBcc: x"}, "bad_url"),
        ({"url": '/zf_user/jobs/relay/view?rec_idx="1'}, "bad_url"),
    ],
)
def test_malformed(change: dict[str, str], reason: str) -> None:
    with pytest.raises(MalformedPosting) as caught:
        normalise(replace(CARD, **change), SEEN)  # type: ignore[arg-type]
    assert caught.value.reason == reason


@pytest.mark.parametrize("home", BOARDS["worknet"].homes)
def test_a_posting_may_be_on_a_partner_s_site(home: str) -> None:
    assert normalise(replace(CARD, board="worknet", url=f"{home}/1"), SEEN).url == f"{home}/1"


def test_a_body_that_is_an_image_is_told() -> None:
    assert normalise(replace(CARD, body="채용공고 상세", body_images=1), SEEN).image_only
    assert not normalise(replace(CARD, body="채용공고 상세", body_images=0), SEEN).image_only
    assert not normalise(replace(CARD, body="담당 업무 " * 20, body_images=3), SEEN).image_only


def test_a_body_keeps_its_lines() -> None:
    assert normalise(replace(CARD, body="주요  업무\r\n\n\n\n• SQL\u200b\n"), SEEN).body == "주요 업무\n\n• SQL"


def test_what_the_database_refuses_is_dropped() -> None:
    raw = replace(CARD, title="데이터\x00 분석\ud800", extra={"a\x00": "b\udfff"})
    posting = normalise(raw, SEEN)
    assert posting.title == "데이터 분석"
    assert posting.raw["extra"] == {"a": "b"}
    assert "\\u0000" not in json.dumps(posting.raw)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        normalise(CARD, datetime(2026, 11, 21))  # noqa: DTZ001


WILD = st.one_of(
    st.text(),
    st.sampled_from(["null", "9999-12-31", "~ 12/05(금)", "서울", "경력 3년", "대졸", "정규직·", "0", "\ud800"]),
)
RAWS = st.builds(
    RawPosting,
    board=st.sampled_from([*BOARDS, ""]),
    board_id=WILD,
    url=st.one_of(st.text(), st.sampled_from([f"{board.home}/1" for board in BOARDS.values()])),
    title=WILD,
    company=WILD,
    conditions=st.lists(WILD),
    deadline=WILD,
    posted=WILD,
    career=WILD,
    career_from=WILD,
    career_to=WILD,
    newcomer=WILD,
    education=WILD,
    employment=WILD,
    region=WILD,
    pay=WILD,
    skills=st.lists(WILD),
    body=WILD,
    body_images=st.integers(0, 3),
    extra=st.dictionaries(WILD, WILD),
)


@given(RAWS)
def test_any_words_are_a_posting_or_malformed(raw: RawPosting) -> None:
    try:
        posting = normalise(raw, SEEN)
    except MalformedPosting:
        return
    assert_storable(asdict(posting))
    assert (posting.deadline.kind is DeadlineKind.DATED) == (posting.deadline.at is not None)
    assert all(isinstance(unknown, UnknownWording) and unknown.wording for unknown in posting.unknown)


@given(RAWS, st.sampled_from(sorted(BOARDS)))
def test_a_whole_posting_is_never_malformed(raw: RawPosting, board: str) -> None:
    whole = replace(raw, board=board, board_id="1", url=f"{BOARDS[board].home}/1", title="웹 개발", company="가온")
    assert_storable(asdict(normalise(whole, SEEN)))


def assert_storable(words: dict[str, object]) -> None:
    text = json.dumps(words, default=str, ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode()
