import base64

from hypothesis import given
from hypothesis import strategies as st

from mailer_cli.compose import Recipient, compose
from mailer_cli.mime import to_bytes
from mailer_cli.part import Part
from mailer_cli.rulesettings import TrackingSettings
from tests.mailer_cli.plainmail import plain_mail
from tests.mailer_cli.samples import edition, posting, settings

TRACKED = settings(tracking=TrackingSettings("https://track.example.com", (b"k" * 32,)))
MAIL = edition(*(posting(number) for number in range(3)))
NAMES = st.text(max_size=60) | st.sampled_from(["홍길동", "김하늘", 'O\'Brien "오"', "=?utf-8?q?x?=", "<b>&amp;", ""])


@given(st.text("가나b\n", max_size=300), st.lists(st.text("가b", max_size=70), min_size=1, max_size=5))
def test_a_part_is_base64_of_its_words(shared, names):
    words = shared.join("\ue000\ue001가")
    part = Part(words, "\ue000\ue001")
    for name in names:
        whole = words.replace("\ue000", name).replace("\ue001", "x")
        body = (whole.removesuffix("\n").replace("\n", "\r\n") + "\r\n").encode()
        lines = part.filled({"\ue000": name, "\ue001": "x"})
        assert lines == base64.encodebytes(body).replace(b"\n", b"\r\n")


@given(st.uuids(), NAMES, st.sampled_from(["hong@example.com", "kim@team.chunjae.co.kr"]), st.booleans())
def test_the_bytes_are_those_of_the_plain_way(delivery, name, address, tracked):
    chosen, recipient = TRACKED if tracked else settings(), Recipient(str(delivery), name, address)
    assert to_bytes(compose(MAIL, recipient, chosen), chosen, recipient) == plain_mail(MAIL, recipient, chosen)


@given(st.text(min_size=1), st.text(min_size=1))
def test_titles_and_courses_are_the_same_the_plain_way(title, course):
    mail, recipient = edition(posting(title=title), course=course), Recipient("1" * 32, "홍길동", "hong@example.com")
    assert to_bytes(compose(mail, recipient, TRACKED), TRACKED, recipient) == plain_mail(mail, recipient, TRACKED)
