"""What is looked at again inside the claim: an unsubscription, a late slot, a pause, a mail that cannot be composed."""

import contextlib
import threading
from datetime import timedelta

import pytest

from jobdb import db
from jobdb.errors import DataError
from mailer_cli import letters
from mailer_cli.delivery import DeliveryError
from mailer_cli.store import claims, holds
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import School
from tests.mailer_cli.test_send import Recorder, send_all, wait_for

REASONS = ("form", "one_click", "page", "manual", "complaint", "bounce", "provider", "mailbox_full")


@pytest.fixture
def ids(school: School) -> list[int]:
    """Two students whose mail is ready."""
    school.student("a")
    school.student("b")
    school.posting()
    return school.ready()


def suppress(school: School, address: str, reason: str, **times: object) -> None:
    values = {"until": None, "lifted_at": None, "lifted_why": None} | times
    school.run(
        "INSERT INTO suppression (address, reason, since, until, lifted_at, lifted_why) VALUES (%s,%s,%s,%s,%s,%s)",
        address, reason, SLOT - timedelta(hours=1), *values.values(),
    )  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_who_refused_between_plan_and_send_gets_no_request(school: School, ids, reason):
    suppress(school, "a@example.com", reason)
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert [envelope.recipient for envelope in recorder.kept] == ["b@example.com"]
    assert school.mails()["a"] == ("skipped", f"suppressed: {reason}")
    assert school.rows("SELECT count(*) FROM attempt") == [(1,)]


@pytest.mark.parametrize(
    "times",
    [
        {"until": SLOT - timedelta(minutes=1)},
        {"lifted_at": SLOT - timedelta(minutes=1), "lifted_why": "consented anew"},
    ],
)
def test_a_suppression_that_ended_counts_no_more(school: School, ids, times):
    suppress(school, "a@example.com", "mailbox_full", **times)
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert len(recorder.kept) == 2


def test_a_new_address_is_looked_up_too(school: School, ids):
    suppress(school, "new@example.com", "form")
    school.student("a", email="New@Example.com")
    send_all(school.mailing(Recorder(), ids))
    assert school.mails()["a"] == ("skipped", "suppressed: form")


def test_a_mailbox_that_bounced_does_not_keep_the_mail_from_a_mended_address(school: School, ids):
    suppress(school, "a@example.com", "bounce")
    school.student("a", email="new@example.com")
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert [envelope.recipient for envelope in recorder.kept] == ["new@example.com", "b@example.com"]


def test_a_person_who_refused_is_not_mailed_at_a_new_address(school: School, ids):
    suppress(school, "a@example.com", "form")
    school.student("a", email="new@example.com")
    send_all(school.mailing(Recorder(), ids))
    assert school.mails()["a"] == ("skipped", "suppressed: form")


def test_two_students_who_move_to_one_address_at_once_get_one_mail(school: School, ids):
    for lms_id in ("a", "b"):
        school.student(lms_id, email="one@example.com")
    mailing = school.mailing(Recorder(), ids)
    mailing.begin(SLOT)
    with contextlib.closing(db.connect()) as other, other.cursor() as on:
        first = claims.claim(on, ids[0], SLOT)
        assert first
        assert claims.readdress(on, first, "one@example.com")
        second = threading.Thread(target=mailing.send_one, args=(SLOT,))
        second.start()
        wait_for(lambda: somebody_waits(on))
        other.commit()
        second.join()
    assert school.mails()["b"] == ("skipped", "same_address")


def somebody_waits(on) -> bool:
    on.execute(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    )
    return on.fetchone() == (True,)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (lambda on, ids: holds.cancel(on, ids, "called off", SLOT), ("skipped", "cancelled")),
        (lambda on, ids: holds.hold(on, ids, "breaker", SLOT), ("held", "breaker")),
    ],
    ids=["cancelled", "the breaker"],
)
def test_what_comes_back_unsent_does_not_slip_past_a_stop(school: School, ids, stop, expected):
    def stop_meanwhile(envelope):
        with contextlib.closing(db.connect()) as other, other, other.cursor() as on:
            stop(on, ids)
        raise DeliveryError("452 try later")

    mailing = school.mailing(Recorder(stop_meanwhile), ids)
    mailing.begin(SLOT)
    mailing.send_one(SLOT)
    assert school.mails() == {"a": expected, "b": expected}


def test_two_students_of_one_address_get_one_mail(school: School):
    for lms_id, email in (("a", "one@example.com"), ("b", "One@example.com")):
        school.student(lms_id, email=email)
    school.posting()
    recorder = Recorder()
    send_all(school.mailing(recorder, school.ready()))
    assert len(recorder.kept) == 1
    assert school.mails()["b"] == ("skipped", "same_address")


def test_a_slot_that_becomes_late_while_it_is_sent_is_held(school: School, ids):
    recorder = Recorder()
    mailing = school.mailing(recorder, ids)
    mailing.begin(SLOT)
    assert mailing.send_one(SLOT + timedelta(hours=3))
    assert mailing.send_one(SLOT + timedelta(hours=3, seconds=1))
    assert [envelope.recipient for envelope in recorder.kept] == ["a@example.com"]
    assert school.mails()["b"] == ("held", "late")
    mailing.finish()
    assert school.rows("SELECT state FROM edition") == [("sending",)]
    with school.database, school.database.cursor() as on:
        holds.let_out_late(on, ids, "the provider was down", SLOT)
    assert mailing.send_one(SLOT + timedelta(hours=4))
    assert school.mails()["b"] == ("accepted", None)


def test_a_paused_edition_is_not_claimed(school: School, ids):
    mailing = school.mailing(Recorder(), ids)
    mailing.begin(SLOT)
    with school.database, school.database.cursor() as on:
        holds.pause(on, ids, "a wrong link", SLOT)
    assert not mailing.send_one(SLOT)
    with school.database, school.database.cursor() as on:
        holds.resume(on, ids, SLOT)
    assert mailing.send_one(SLOT)


def test_a_mail_that_cannot_be_composed_fails_alone(school: School, ids, monkeypatch):
    composed = letters.envelope

    def fails_for_a(mail, student, *rest):
        if student.lms_id == "a":
            raise DataError("the mail of student a cannot be composed")
        return composed(mail, student, *rest)

    monkeypatch.setattr(letters, "envelope", fails_for_a)
    send_all(school.mailing(Recorder(), ids))
    assert school.mails() == {"a": ("failed", "the mail of student a cannot be composed"), "b": ("accepted", None)}
    assert school.rows("SELECT count(*) FROM attempt") == [(1,)]
