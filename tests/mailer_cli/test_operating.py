"""What an operator does while mails go out: preflight, quota, unknown mails, pauses, a restored database."""

import json
from collections import Counter

import boto3
import pytest

from mailer_cli.pace import Pace
from sandbox.ses import QUOTA, Account, Fault, SesServer
from tests.mailer_cli.test_cli import AT_SLOT, LATE, Mailer, run  # noqa: F401 (a fixture)


@pytest.fixture
def checked(run: Mailer) -> Mailer:  # noqa: F811
    """The next slot's editions, ready to be sent to an outbox."""
    run("plan")
    run("check")
    return run


@pytest.fixture
def account(checked: Mailer, monkeypatch):
    """An SES on loopback that the mails go to instead, without limits."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    known = Account({"mail.example.com": None, "plain.example.com": None}, rate=100_000)
    with SesServer(known) as server:
        for name, value in {
            "MAIL_DELIVERY": "ses", "AWS_ENDPOINT_URL_SESV2": server.endpoint, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "invented", "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(Pace, "wait", lambda pace: None)  # tests do not wait
        monkeypatch.setattr(Pace, "used", lambda pace: None)
        yield known


def states(mailer: Mailer) -> Counter:
    return Counter(dict(mailer.school.rows("SELECT state, count(*) FROM delivery GROUP BY state")))


def test_a_dry_run_tells_and_changes_nothing(checked: Mailer):
    before = states(checked)
    told = checked("send", "--dry-run", at=AT_SLOT).output
    assert told == f"would send {before['ready']} mails of 5 editions by outbox (dry run: nothing is sent)\n"
    assert states(checked) == before
    assert checked.sent() == []


def test_a_program_reads_how_it_went(checked: Mailer):
    ready = states(checked)["ready"]
    told = json.loads(checked("send", "--json", at=AT_SLOT).stdout)
    assert (told["settled"], told["states"]["accepted"], told["waiting"]) == (ready, ready, 0)
    assert told["stopped"] is None


def test_a_preflight_names_everything_at_once_and_sends_nothing(checked: Mailer, account):
    account.enabled, account.quota, account.configuration_sets = False, 1, ()
    lines = checked("send", at=AT_SLOT, code=5).stderr.splitlines()
    assert [line.partition("SES ")[2][:30] for line in lines] == [
        "has sending switched off for t", "lets 1 more mails out within 2", "has no configuration set mail_",
    ]  # fmt: skip
    assert account.requests == []
    assert states(checked)["ready"] > 100


def test_refusals_that_were_not_read_lately_stop_sending_until_somebody_says_why(checked: Mailer):
    checked.school.run(
        "INSERT INTO form_reading (form, source, read_at, header) VALUES ('refusals', 'sheet', %s, '{}')",
        "2026-11-24T08:00+09:00",
    )
    assert "longer than 6 h ago" in checked("send", at=AT_SLOT, code=5).stderr
    assert checked.sent() == []
    checked("send", "--refusals-stale", "the Sheet is down", at=AT_SLOT)
    assert len(checked.sent()) > 100
    assert checked.school.rows("SELECT command, reason FROM refusals_override") == [("send", "the Sheet is down")]


def test_placeholders_never_reach_a_real_provider(checked: Mailer, account, monkeypatch):
    monkeypatch.setattr("mailer_cli.preflight.is_loopback", lambda host: False)
    told = checked("send", at=AT_SLOT, code=5).stderr
    for name in ("[sender] address", "[sender] reply_to", "[links] survey", "[links] unsubscribe", "[school] logo_url"):
        assert f"mail.toml: {name} still leads to " in told
    assert account.requests == []


def test_the_days_quota_ends_the_run_and_loses_nobody(checked: Mailer, account):
    ready = states(checked)["ready"]
    account.faults.append(QUOTA)
    assert "Daily message quota exceeded" in checked("send", at=AT_SLOT, code=4).stderr
    assert states(checked)["ready"] > 0
    checked("send", at=AT_SLOT)
    assert states(checked)["accepted"] == len(account.accepted) == ready
    assert len({mail.delivery_id for mail in account.accepted}) == ready


def test_a_lost_answer_is_unknown_until_somebody_decides(checked: Mailer, account):
    ready = states(checked)["ready"]
    account.faults.extend([Fault.EMPTY, Fault.HANG_UP_BEFORE, Fault.GATEWAY])
    assert "of 3 mails nobody can tell whether they went" in checked("send", at=AT_SLOT, code=6).stderr
    assert len(account.requests) == ready
    listed = json.loads(checked("unknown", "list", "--json").stdout)
    ids = [row["delivery_id"] for row in listed]
    assert len(ids) == 3
    assert all("****@" in row["address"] for row in listed)
    revealed = json.loads(checked("unknown", "list", "--json", "--reveal").stdout)
    assert not any("****" in row["address"] for row in revealed)

    assert checked("unknown", "resolve", ids[0], "accepted", "--why", "it arrived").output == "1 mail accepted\n"
    assert checked("unknown", "resolve", ids[1][:8], "resend", "--why", "it did not").output == "1 mail ready\n"
    checked("unknown", "resolve", ids[2], "abandon", "--why", "too late to matter")
    checked("send", at="2026-11-25T09:00")  # the reason tells why it may be late
    assert states(checked)["accepted"] == ready - 1
    assert states(checked)["abandoned"] == 1
    assert len(account.requests) == ready + 1
    assert checked("unknown", "list").output == "no mail is unknown\n"


@pytest.mark.parametrize(("named", "told"), [("ffffffff", "no delivery has"), ("", "several deliveries have")])
def test_only_an_unknown_mail_is_decided_about(checked: Mailer, named, told):
    assert told in checked("unknown", "resolve", named, "resend", "--why", "x", code=3).stderr
    (sent,) = checked.school.rows("SELECT id::text FROM delivery WHERE state = 'ready' LIMIT 1")[0]
    assert "is ready, not unknown" in checked("unknown", "resolve", sent, "resend", "--why", "x", code=3).stderr


def test_a_pause_keeps_a_course_back_and_a_resume_lets_it_go(checked: Mailer):
    name = checked.school.rows("SELECT name FROM course JOIN edition ON course_id = course.id WHERE state = 'checked' "
                               "ORDER BY name LIMIT 1")[0][0]  # fmt: skip
    checked("pause", name, "--why", "a wrong link")
    assert f"{name} is paused: a wrong link" in checked("status").output
    assert "1 edition paused" in checked("send", at=AT_SLOT, code=3).stderr
    left = states(checked)["ready"]
    assert left > 0
    checked("resume", name)
    checked("send", at=AT_SLOT)
    assert states(checked)["ready"] == 0


def test_a_cancelled_slot_stays_cancelled(checked: Mailer):
    ready = states(checked)["ready"]
    assert f"{ready} mails skipped" in checked("cancel", "--why", "the school is closed").output
    checked("plan")
    checked("send", at=AT_SLOT)
    assert checked.sent() == []
    told = checked("pause", "BIGDATA77", "PM 12", "--why", "x", code=3).stderr.splitlines()
    assert told[0].startswith("error: Tue 2026-11-24 17:00: no course 'BIGDATA77'; known are BIGDATA 77, ")
    assert told[1].endswith("the edition of PM 12 is cancelled, not planned or checked or sending")


def test_a_restored_database_sends_nothing_before_it_is_adopted(checked: Mailer):
    ready = states(checked)["ready"]
    checked.school.run("UPDATE home SET server = 'the server of the backup'")
    assert "restored from a backup" in checked("send", at=AT_SLOT, code=3).stderr
    assert "restored from a backup" in checked("recover", at=AT_SLOT, code=3).stderr
    assert checked.sent() == []
    told = checked("recover", "--adopt", "the disk failed", at=AT_SLOT, code=6)
    assert told.output.startswith(f"{ready} mails may have been sent after the backup: unknown now\n")
    checked("send", at=AT_SLOT, code=3)
    assert checked.sent() == []
    assert "nothing to adopt" in checked("recover", "--adopt", "again", at=AT_SLOT, code=3).stderr


def test_a_copy_of_the_database_is_told_from_the_first_one(checked: Mailer):
    assert checked.school.rows("SELECT server = this_server(), why FROM home") == [(True, "the first edition")]


def test_a_slot_to_come_is_sent_from_a_restored_database(checked: Mailer):
    checked.school.run("UPDATE home SET server = 'the server of the backup'")
    checked("recover", "--adopt", "a new server")
    checked("send", at=AT_SLOT)
    assert len(checked.sent()) > 100


def test_late_mails_are_held_and_say_so(checked: Mailer):
    ready = states(checked)["ready"]
    checked("send", at=LATE, code=3)
    assert states(checked)["held"] == ready
    checked("send", "--late", "the provider was down", at=LATE)
    assert states(checked)["accepted"] == ready


def test_status_names_each_student_masked(checked: Mailer):
    checked("send", at=AT_SLOT)
    rows = json.loads(checked("status", "--students", "--json").stdout)
    assert len(rows) == 300
    assert {row["state"] for row in rows} == {"accepted", "skipped"}
    assert all(row["reason"] for row in rows if row["state"] == "skipped")
    assert all("****@" in row["address"] for row in rows)
    assert "****@" not in checked("status", "--students", "--reveal").output
