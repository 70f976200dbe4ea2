"""The Forms' answers: columns by their names, instants in every wording, addresses that are none."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from mailer_cli.forms.answers import addresses_in, read_feedback, read_refusals
from mailer_cli.forms.columns import DriftedHeader
from mailer_cli.forms.stamps import in_utc, read_stamp

HEADER = ["타임스탬프", "성함", "이메일 주소"]
AT = datetime(2026, 11, 20, 15, 12, 45, tzinfo=KST)
STAMP = "2026. 11. 20 오후 3:12:45"


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        (STAMP, AT),
        ("2026. 11. 20. 오후 3:12:45", AT),
        ("2026. 11. 20 오전 12:12:45", AT.replace(hour=0)),
        ("2026/11/20 3:12:45 오후 GMT+9", AT),
        ("2026/11/20 6:12:45 오전 GMT+0", AT),
        ("2026/11/20 1:42:45 오전 GMT-4:30", AT),
        ("11/20/2026 15:12:45", AT),
        ("11/20/2026 3:12:45 PM", AT),
        ("2026-11-20 15:12:45", AT),
        ("2026-11-20T06:12:45Z", AT),
        ("2026. 13. 20 오후 3:12:45", None),
        ("20/11/2026 15:12:45", None),
        ("어제", None),
        ("", None),
    ],
)
def test_instants_are_read(words, instant):
    assert read_stamp(words) == instant


def test_an_instant_has_one_name():
    assert in_utc(AT) == in_utc(AT.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-20T06:12:45+00:00"


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        ["Timestamp", "Name", "Email"],
        ["타임스탬프", "이메일 *", "이름"],
        ["제출 일시", "E-mail address (required)"],
        ["메일 주소", "수신거부 사유", "타임스탬프", "개인정보 수집 및 이용 동의"],
    ],
)
def test_columns_are_known_by_their_names(header):
    words = {"타임": STAMP, "time": STAMP, "제출": STAMP, "메일": "Hong@Example.com", "mail": "Hong@Example.com"}
    row = [next((word for key, word in words.items() if key in name.lower()), "기타") for name in header]
    (refused,) = read_refusals([header, row]).refused
    assert (refused.address, refused.answered_at) == ("hong@example.com", AT)


DRIFTS = {
    "no address": (["타임스탬프", "성함", "연락처"], "no column holds the address"),
    "no time": (["이메일"], "no column holds when it was answered"),
    "empty": ([], "the header is empty"),
    "two addresses": (["타임스탬프", "이메일", "메일 주소"], "two columns hold the address: '이메일' and '메일 주소'"),
    "consent": ([*HEADER, "채용 메일을 다시 받으시겠습니까?"], "may turn a refusal into its opposite"),
    "subscribe": ([*HEADER, "I want to subscribe"], "may turn a refusal into its opposite"),
}


@pytest.mark.parametrize(("header", "told"), DRIFTS.values(), ids=DRIFTS.keys())
def test_a_drifted_header_stops(header, told):
    with pytest.raises(DriftedHeader, match=told):
        read_refusals([header, [STAMP, "홍", "hong@example.com"]])


def test_a_column_that_holds_no_addresses_any_more_stops():
    rows = [[STAMP, "홍", words] for words in ("010-0000-0001", "예", "아니요", "hong@example.com")]
    with pytest.raises(DriftedHeader, match="column '이메일 주소': 3 of 4 answers hold no address"):
        read_refusals([HEADER, *rows])


def test_what_is_no_address_is_kept_for_a_person():
    found = read_refusals([HEADER, [STAMP, "홍", "hong at example"], [STAMP, "김", "kim@example.com"], ["", " ", ""]])
    assert [refused.address for refused in found.refused] == ["kim@example.com"]
    assert [(held.answer["성함"], held.problem) for held in found.quarantined] == [("홍", "no address")]
    assert found.count == 2


def test_columns_that_nothing_is_done_with_are_said():
    assert read_refusals([[*HEADER, "사유"], [STAMP, "홍", "h@example.com"]]).ignored == ("사유",)


def test_an_answer_without_a_known_time_still_counts():
    (refused,) = read_refusals([HEADER, ["어제", "홍", "h@example.com"]]).refused
    assert (refused.answered, refused.answered_at) == ("어제", None)


@pytest.mark.parametrize(
    ("words", "addresses"),
    [
        (" Hong@Example.com\n", ["hong@example.com"]),
        ("ｈｏｎｇ＠example.com", ["hong@example.com"]),
        ("mailto:hong@example.com", ["hong@example.com"]),
        ("a@example.com, b@example.com / a@example.com", ["a@example.com", "b@example.com"]),
        ("a@example.com 홍길동", None),
        ("a..b@example.com", None),
        ("", None),
        ("@", None),
    ],
)
def test_addresses_of_a_cell(words, addresses):
    assert addresses_in(words) == addresses


@given(st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=6))
def test_no_answer_is_lost(rows):
    try:
        found = read_refusals([HEADER, *rows])
    except DriftedHeader:
        return
    assert len({id(each) for each in [*found.refused, *found.quarantined]}) >= found.count


def test_feedback_is_every_question_without_the_person():
    header = ["타임스탬프", "이름", "과정", "만족도", "하고 싶은 말"]
    found = read_feedback([header, [STAMP, "홍길동", "BIGDATA 77", "5", ""], ["곧", "김", "PM 9", "1", "글쎄"]])
    (feedback,) = found.feedback
    assert (feedback.answered_at, feedback.course, feedback.answers) == (AT, "BIGDATA 77", {"만족도": "5"})
    assert [held.problem for held in found.quarantined] == ["no time: '곧'"]
    assert found.ignored == ("이름",)


@pytest.mark.parametrize("header", [["만족도"], ["타임스탬프", "이름"]])
def test_a_sheet_that_is_no_survey_stops(header):
    with pytest.raises(DriftedHeader):
        read_feedback([header])
