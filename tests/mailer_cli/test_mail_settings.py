"""config/mail.toml: what ships is whole, and what is wrong is named with its remedy."""

import pytest

from jobdb.errors import SettingError
from mailer_cli.config import PROJECT, Slots, read_mail_settings
from mailer_cli.events.settings import EventSettings
from mailer_cli.rulesettings import TrackingSettings
from tests.mailer_cli.samples import ROOT

SHIPPED = (ROOT / "config" / "mail.toml").read_text(encoding="utf-8")


def read(tmp_path, text=SHIPPED, environment=None):
    path = tmp_path / "mail.toml"
    path.write_text(text, encoding="utf-8")
    return read_mail_settings(path, environment or {})


def test_what_ships_sends_to_a_folder_on_tuesdays_and_fridays(tmp_path):
    settings = read(tmp_path)
    assert (settings.delivery, settings.outbox) == ("outbox", PROJECT / "var" / "outbox")
    assert (settings.slots, settings.memory_months) == (Slots((1, 4), 17), 2)


def test_the_environment_overrides_way_and_folder(tmp_path):
    settings = read(tmp_path, environment={"MAIL_DELIVERY": "ses", "MAIL_OUTBOX": "/elsewhere"})
    assert (settings.delivery, str(settings.outbox)) == ("ses", "/elsewhere")


def test_a_password_is_never_shown(tmp_path):
    assert "s3cret" not in repr(read(tmp_path, environment={"SMTP_PASSWORD": "s3cret"}))


WRONG = {
    "a missing key": ('phone = "02-0000-0000"', "", r"\[school\] phone is missing"),
    "a missing table": ("[links]", "[link]", r"no \[links\] table"),
    "a misspelt key": ("reply_to =", 'replyto = "a"\nreply_to =', r"\[sender\] replyto is no setting here"),
    "an unknown table": ("[ses]", "[extra]\n[ses]", r"\[extra\] is no table"),
    "a bad address": ('"jobs@mail.example.com"', '"jobs at example"', r"\[sender\] address must be a mail address"),
    "a bad link": ('"https://forms.example.com/job-mail-survey"', '"javascript:alert(1)"', "survey must be a link"),
    "a bad weekday": ('"tue"', '"tuesday"', "weekdays must name some of mon"),
    "a bad hour": ("hour = 17", "hour = 24", "hour must be a whole number from 0 to 23"),
    "a number in quotes": ("memory_months = 2", 'memory_months = "2"', "memory_months must be a whole number"),
    "a bad way": ('way = "outbox"', 'way = "pigeon"', "way is 'pigeon'; it takes one of outbox, smtp, ses"),
    "no boolean": ("starttls = true", 'starttls = "yes"', "starttls must be true or false"),
    "a link without TLS": ('tracking = ""', 'tracking = "http://t.example.com"', "tracking must begin with https://"),
    "links that nobody signs": ('tracking = ""', 'tracking = "https://t.example.com"', "in MAIL_TOKEN_KEYS a key "),
    "no TOML": ("[school]", "[school", "mail.toml: "),
}


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named(tmp_path, old, new, told):
    assert old in SHIPPED
    with pytest.raises(SettingError, match=told):
        read(tmp_path, SHIPPED.replace(old, new, 1))


def test_keys_are_read_and_never_shown(tmp_path):
    text = SHIPPED.replace('tracking = ""', 'tracking = "https://t.example.com/"')
    settings = read(tmp_path, text, {"MAIL_TOKEN_KEYS": "ab" * 32})
    assert settings.tracking == TrackingSettings("https://t.example.com", (bytes.fromhex("ab" * 32),))
    assert "ab" * 4 not in repr(settings)
    assert repr(bytes.fromhex("ab")) not in repr(settings)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingError, match=r"mail\.toml: not found"):
        read_mail_settings(tmp_path / "mail.toml", {})


def test_a_wrong_override_is_named(tmp_path):
    with pytest.raises(SettingError, match="MAIL_DELIVERY='pigeon'"):
        read(tmp_path, environment={"MAIL_DELIVERY": "pigeon"})


def test_a_login_needs_its_password(tmp_path):
    text = SHIPPED.replace('username = ""', 'username = "jobs"').replace('way = "outbox"', 'way = "smtp"')
    with pytest.raises(SettingError, match="SMTP_PASSWORD is not"):
        read(tmp_path, text)
    assert read(tmp_path, text, {"SMTP_PASSWORD": "s"}).smtp.password == "s"


def test_where_events_come_from(tmp_path):
    queue = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/mail-events"
    assert read(tmp_path).events == EventSettings("", PROJECT / "var" / "hits")
    assert read(tmp_path, environment={"MAIL_EVENTS_QUEUE": queue}).events.queue == queue
    with pytest.raises(SettingError, match="MAIL_EVENTS_QUEUE"):
        read(tmp_path, environment={"MAIL_EVENTS_QUEUE": "mail-events"})


def test_which_sheets_hold_the_answers_comes_from_the_environment(tmp_path):
    told = {"SHEET_ID": "a", "FEEDBACK_SHEET_ID": "b", "GOOGLE_APPLICATION_CREDENTIALS": "key.json"}
    forms = read(tmp_path, environment=told).forms
    assert (forms.refusals_sheet, forms.feedback_sheet, forms.key_file) == ("a", "b", "key.json")
    assert read(tmp_path).forms.refusals_sheet == ""
