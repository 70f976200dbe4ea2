import email
import re
from dataclasses import replace
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_cli.compose import Recipient, compose
from mailer_cli.mime import to_bytes
from mailer_cli.rulesettings import TrackingSettings
from tests.mailer_cli.samples import HONG, edition, posting, settings

LONG = "https://forms.example.com/" + "A" * 300 + "?usp=pp_url"


def written(recipient=HONG, course="BIGDATA 77", **changes):
    chosen = settings(**changes)
    return to_bytes(compose(edition(course=course), recipient, chosen), chosen, recipient)


def read(raw):
    return email.message_from_bytes(raw, policy=policy.default)


def head(raw):
    return raw.partition(b"\r\n\r\n")[0].decode("ascii")


def test_the_bytes_are_seven_bit_with_crlf_and_short_lines():
    raw = written(unsubscribe_url=LONG)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_long_unsubscribe_link_stands_bare_on_one_line():
    assert f"\r\nList-Unsubscribe: <{LONG}>\r\n" in head(written(unsubscribe_url=LONG))


def test_a_form_is_not_offered_as_one_click():
    assert "List-Unsubscribe-Post" not in head(written())


def test_one_click_stands_on_two_bare_lines():
    tracked = TrackingSettings("https://track.example.com/" + "stage/" * 20, (b"k" * 32,))
    lines = head(written(tracking=tracked)).split("\r\n")
    (at,) = (number for number, line in enumerate(lines) if line.startswith("List-Unsubscribe:"))
    assert re.fullmatch(rf"List-Unsubscribe: <{tracked.url}/u/[\w-]{{39}}>", lines[at])
    assert lines[at + 1] == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def test_what_was_written_is_read_again():
    mail, message = read(written()), compose(edition(), HONG, settings())
    assert mail["Subject"] == message.subject
    assert str(mail["From"]) == "가온코딩스쿨 취업지원팀 <jobs@mail.example.com>"
    assert str(mail["To"]) == "홍길동 <hong@example.com>"
    assert mail["Reply-To"] == "career@mail.example.com"
    assert {name: mail[name] for name in message.headers} == message.headers
    assert mail.get_content_type() == "multipart/alternative"
    parts = list(mail.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["base64", "base64"]
    assert [part.get_content().replace("\r\n", "\n") for part in parts] == [message.text, message.html + "\n"]


@pytest.mark.parametrize("course", ["AI 9기 (A반) R · SQL", "빅데이터 서비스 개발 과정 12회차 " * 3, "PLAIN 7"])
def test_a_subject_keeps_its_blanks_and_folds(course):
    raw = written(course=course)
    assert read(raw)["Subject"] == compose(edition(course=course), HONG, settings()).subject
    assert max(map(len, head(raw).split("\r\n"))) <= 120


def test_a_delivery_is_the_same_bytes_each_time():
    assert written() == written()


def test_the_chunjae_route_is_from_its_own_identity():
    mail = read(written(Recipient(HONG.delivery_id, "김하늘", "kim@team.chunjae.co.kr")))
    assert mail["From"].addresses[0].addr_spec == "jobs@plain.example.com"


HEADERS = [line.partition(":")[0] for line in head(written()).split("\r\n") if line[:1].strip()]


@given(st.text(), st.text())
def test_no_name_or_course_adds_a_header(name, course):
    raw = written(Recipient(HONG.delivery_id, name, HONG.address), course)
    assert [line.partition(":")[0] for line in head(raw).split("\r\n") if line[:1].strip()] == HEADERS
    assert read(raw)["To"].addresses[0].addr_spec == HONG.address


def test_an_encoded_word_in_a_name_stays_words():
    bad = "=?utf-8?q?a=0D=0ABcc:_spy=40example.com?="
    mail = read(written(Recipient(HONG.delivery_id, bad, HONG.address), bad))
    assert (mail["Bcc"], mail["To"].addresses[0].addr_spec) == (None, HONG.address)
    assert "Bcc:_spy" in mail["Subject"]
    assert "Bcc:_spy" in mail["To"].addresses[0].display_name


@pytest.mark.parametrize("field", ["title", "company"])
def test_hostile_words_of_a_posting_stay_in_the_body(field):
    words = "분석가\r\nBcc: spy@example.com\r\n\r\n<b>"
    raw = to_bytes(compose(edition(posting(**{field: words})), HONG, settings()), settings(), HONG)
    mail = read(raw)
    assert [line.partition(":")[0] for line in head(raw).split("\r\n") if line[:1].strip()] == HEADERS
    assert mail["Bcc"] is None
    assert "분석가 Bcc: spy@example.com <b>" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "홍@example.com",
        "hong",
        "a b@example.com",
    ],
)
def test_an_unsafe_address_is_refused_without_saying_it(address):
    with pytest.raises(ValueError, match="an address is not plain ASCII") as refused:
        written(Recipient(HONG.delivery_id, "홍길동", address))
    assert address not in str(refused.value)


@pytest.mark.parametrize("value", ["a\r\nBcc: b@example.com", "한글", "x" * 999])
def test_an_unsafe_machine_header_is_refused(value):
    message = compose(edition(), HONG, settings())
    unsafe = replace(message, headers=message.headers | {"Feedback-ID": value})
    with pytest.raises(ValueError):  # noqa: PT011 (the standard library refuses line breaks in its own words)
        to_bytes(unsafe, settings(), HONG)
