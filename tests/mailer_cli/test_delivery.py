"""What all deliveries promise, and the folder."""

import json
import re

import pytest

from mailer_cli.config import WAYS
from mailer_cli.delivery import DELIVERIES, DeliveryError, Outbox
from mailer_cli.delivery.contract import masked
from tests.mailer_cli.samples import envelope, settings


@pytest.fixture
def outbox(tmp_path):
    return Outbox(settings(outbox=tmp_path / "outbox"))


def page(tmp_path):
    return (tmp_path / "outbox" / "index.html").read_text(encoding="utf-8")


def test_every_way_of_the_settings_has_its_delivery():
    assert set(DELIVERIES) == set(WAYS)


@pytest.mark.parametrize("way", DELIVERIES)
def test_a_delivery_is_named_as_the_setting_names_it(way, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    delivery = DELIVERIES[way](settings())
    assert delivery.name == way
    delivery.close()
    delivery.close()


def test_an_error_and_an_envelope_hold_no_address():
    assert str(DeliveryError("550 <ho.ng+x@naver.com>:\r\n no such user")) == "550 <(address)>: no such user"
    assert "@" not in repr(envelope())


@pytest.mark.parametrize(
    "wrong",
    [
        {"delivery_id": "../../etc/passwd"},
        {"recipient": "a@example.com\r\nRCPT TO:<b@example.com>"},
        {"recipient": "a@example.com>"},
        {"sender": "한글@example.com"},
        {"sender": ""},
    ],
)
def test_an_unsafe_envelope_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 (UUID has its own words)
        envelope(**wrong)


@pytest.mark.parametrize(
    ("address", "shown"), [("hong@naver.com", "ho****@naver.com"), ("ab@x.kr", "a****@x.kr"), ("a@x.kr", "a****@x.kr")]
)
def test_an_address_is_shown_masked(address, shown):
    assert masked(address) == shown


def test_the_outbox_keeps_the_very_bytes_and_the_page_beside(outbox, tmp_path):
    kept = tmp_path / "outbox" / outbox.deliver(envelope(1))
    assert kept.name == f"001-{envelope(1).delivery_id}.eml"
    assert kept.read_bytes() == envelope(1).message
    assert kept.with_suffix(".html").read_text(encoding="utf-8") == envelope(1).html


def test_a_delivery_handed_over_again_takes_the_first_ones_place(outbox, tmp_path):
    first = outbox.deliver(envelope(1))
    outbox.deliver(envelope(2))
    assert Outbox(settings(outbox=tmp_path / "outbox")).deliver(envelope(1, message=b"again")) == first
    assert outbox.deliver(envelope(2)) == f"edition-12/002-{envelope(2).delivery_id}.eml"
    kept = sorted((tmp_path / "outbox").rglob("*.eml"))
    assert len(kept) == 2
    assert kept[0].read_bytes() == b"again"


def test_nothing_unfinished_is_left(outbox, tmp_path):
    outbox.deliver(envelope(1))
    outbox.close()
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".eml", ".html", ".json"}


def test_the_index_lists_all_mails_of_all_runs(outbox, tmp_path):
    outbox.deliver(envelope(1))
    outbox.close()
    later = Outbox(settings(outbox=tmp_path / "outbox"))
    later.deliver(envelope(2, edition_id=13, course="풀스택 9기", route="chunjae"))
    later.close()
    shown = page(tmp_path)
    assert "실제로 발송된 메일은 없습니다" in shown
    assert shown.index("풀스택 9기") < shown.index("BIGDATA 77")
    assert "st****@example.com" in shown
    assert "student1@example.com" not in shown
    for link in re.findall(r'href="([^"]+)"', shown):
        assert (tmp_path / "outbox" / link).is_file()
    assert len(re.findall(r"\.eml\"", shown)) == 2


def test_hostile_words_show_as_words_in_the_index(outbox, tmp_path):
    bad = '<script>alert(1)</script>"\u202e'
    outbox.deliver(envelope(1, subject=bad, course=bad, recipient="student&1@example.com"))
    outbox.close()
    assert "<script" not in page(tmp_path)
    assert "<bdi>&lt;script&gt;" in page(tmp_path)


def test_the_index_row_holds_no_address(outbox, tmp_path):
    row = (tmp_path / "outbox" / outbox.deliver(envelope(1))).with_suffix(".json").read_text(encoding="utf-8")
    assert json.loads(row)["recipient"] == "st****@example.com"
    assert "student1" not in row


def test_a_disk_that_refuses_stops_the_run(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError, match="cannot be written") as refused:
        Outbox(settings(outbox=tmp_path / "outbox")).deliver(envelope())
    assert (refused.value.permanent, refused.value.ambiguous, refused.value.stop) == (False, False, True)
