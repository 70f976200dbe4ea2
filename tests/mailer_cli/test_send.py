"""Sending one mail at a time: what is claimed, looked at again, recorded, and never sent twice."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import psycopg2
import pytest

from jobdb import db
from mailer_cli.delivery import DeliveryError, Envelope, Readiness
from mailer_cli.records import Course, Status
from mailer_cli.send import ATTEMPTS, Mailing
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import School


class Recorder:
    """A delivery that keeps what it was handed; `trouble` may raise before it is kept."""

    name = "recorder"

    def __init__(self, trouble: Callable[[Envelope], object] = lambda envelope: None) -> None:
        self.trouble = trouble
        self.kept: list[Envelope] = []

    def deliver(self, envelope: Envelope) -> str:
        self.trouble(envelope)
        self.kept.append(envelope)
        return f"id-{len(self.kept)}"

    def readiness(self, mails: int) -> Readiness:
        return Readiness()

    def close(self) -> None:
        pass


def wait_for(condition: Callable[[], bool]) -> None:
    """The server notices a closed connection in a moment of its own."""
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def refusing(**flags: bool) -> Recorder:
    def trouble(envelope: Envelope) -> None:
        raise DeliveryError("452 try later", **flags)

    return Recorder(trouble)


@pytest.fixture
def ids(school: School) -> list[int]:
    """Two students whose mail is ready."""
    school.student("a")
    school.student("b")
    school.posting(title="데이터 엔지니어")
    return school.ready()


def send_all(mailing: Mailing) -> int:
    mailing.begin(SLOT)
    count = 0
    while mailing.send_one(SLOT):
        count += 1
    mailing.finish()
    return count


def test_every_ready_mail_is_sent_once(school: School, ids):
    recorder = Recorder()
    assert send_all(school.mailing(recorder, ids)) == 2
    assert [envelope.recipient for envelope in recorder.kept] == ["a@example.com", "b@example.com"]
    assert "데이터 엔지니어" in recorder.kept[0].html
    assert school.rows("SELECT state, message_id, attempts FROM delivery ORDER BY student_id") == [
        ("accepted", "id-1", 1), ("accepted", "id-2", 1),
    ]  # fmt: skip
    assert school.rows("SELECT route, outcome, ended_at FROM attempt") == [("recorder", "accepted", SLOT)] * 2
    assert school.rows("SELECT state FROM edition") == [("sent",)]
    assert send_all(school.mailing(recorder, ids)) == 0


def test_sending_is_committed_before_the_provider_is_called(school: School, ids):
    seen = []

    def look(envelope: Envelope) -> None:
        with contextlib.closing(db.connect()) as other, other.cursor() as on:
            on.execute(
                "SELECT state, outcome FROM delivery JOIN attempt ON delivery_id = delivery.id WHERE delivery.id = %s",
                (envelope.delivery_id,),
            )
            seen.extend(on.fetchall())

    send_all(school.mailing(Recorder(look), ids))
    assert seen == [("sending", None)] * 2


CHANGES = {
    "switched off": ({"mail_on": False}, "switched_off"),
    "employed": ({"status": Status.EMPLOYED}, "employed"),
    "an address that another has": ({"email": "B@example.com"}, "same_address"),
}


@pytest.mark.parametrize(("changes", "reason"), CHANGES.values(), ids=CHANGES.keys())
def test_a_student_is_looked_at_again_before_the_mail_leaves(school: School, ids, changes, reason):
    school.student("a", **changes)
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert [envelope.recipient for envelope in recorder.kept] == ["b@example.com"]
    assert school.mails()["a"] == ("skipped", reason)


def test_a_student_who_moved_to_another_course_is_skipped(school: School, ids):
    other = Course("PM 9", "pm", date(2026, 4, 1), date(2026, 10, 30))
    school.student("a", other)
    send_all(school.mailing(Recorder(), ids))
    assert school.mails()["a"] == ("skipped", "moved")


def test_a_course_whose_dates_changed_is_looked_at_again(school: School, ids):
    school.run("UPDATE course SET ends_on = '2026-05-01'")
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert recorder.kept == []
    assert set(school.mails().values()) == {("skipped", "after_window")}
    assert school.rows("SELECT state, reason FROM edition") == [("refused", "no_recipients")]


def test_a_new_address_gets_the_mail(school: School, ids):
    school.student("a", email="New@example.com")
    recorder = Recorder()
    send_all(school.mailing(recorder, ids))
    assert recorder.kept[0].recipient == "New@example.com"
    assert school.rows("SELECT address FROM delivery ORDER BY student_id LIMIT 1") == [("new@example.com",)]


OUTCOMES = {
    "refused for good": ({"permanent": True}, "failed", "failed", None),
    "nobody can tell": ({"ambiguous": True}, "unknown", "unknown", None),
    "proven unsent": ({}, "ready", "not_sent", SLOT + timedelta(minutes=1)),
}


@pytest.mark.parametrize(("flags", "state", "outcome", "retry"), OUTCOMES.values(), ids=OUTCOMES.keys())
def test_a_failed_attempt_is_recorded_by_what_is_proven(school: School, ids, flags, state, outcome, retry):
    assert send_all(school.mailing(refusing(**flags), ids)) == 2
    assert (
        school.rows("SELECT state, reason, attempts, next_try_at FROM delivery")
        == [(state, "452 try later", 1, retry)] * 2
    )
    assert school.rows("SELECT outcome, detail FROM attempt") == [(outcome, "452 try later")] * 2
    assert school.rows("SELECT state FROM edition") == [("sending" if state == "ready" else "sent",)]


def test_what_is_proven_unsent_is_tried_again_later_and_not_for_ever(school: School, ids):
    mailing, now = school.mailing(refusing(), ids), SLOT
    mailing.begin(now)
    pauses = []
    while school.rows("SELECT count(*) FROM delivery WHERE state = 'ready'") != [(0,)]:
        while mailing.send_one(now):
            pass
        (due,) = school.rows("SELECT max(next_try_at) FROM delivery")[0]
        pauses += [(due - now) / timedelta(minutes=1)] if due else []
        now = due or now
    assert pauses == [1, 2, 4, 8]
    assert school.rows("SELECT state, attempts FROM delivery") == [("failed", ATTEMPTS)] * 2


def test_an_unknown_mail_is_never_sent_again(school: School, ids):
    send_all(school.mailing(refusing(ambiguous=True), ids))
    recorder = Recorder()
    assert send_all(school.mailing(recorder, ids)) == 0
    assert recorder.kept == []


def test_trouble_that_stops_the_run_costs_no_attempt(school: School, ids):
    mailing = school.mailing(refusing(stop=True), ids)
    mailing.begin(SLOT)
    with pytest.raises(DeliveryError):
        mailing.send_one(SLOT)
    assert school.rows("SELECT state, attempts, next_try_at FROM delivery") == [("ready", 0, None)] * 2
    assert school.rows("SELECT outcome FROM attempt") == [("not_sent",)]
    assert send_all(school.mailing(Recorder(), ids)) == 2


def test_a_sender_that_dies_leaves_a_mail_that_becomes_unknown(school: School, ids):
    def die(envelope: Envelope) -> None:
        raise KeyboardInterrupt

    first = db.connect()
    dying = replace(school.mailing(Recorder(die), ids), database=first)
    dying.begin(SLOT)
    with pytest.raises(KeyboardInterrupt):
        dying.send_one(SLOT)
    assert school.rows("SELECT state FROM delivery ORDER BY student_id") == [("sending",), ("ready",)]

    recorder = Recorder()
    heir = school.mailing(recorder, ids)
    assert heir.begin(SLOT) == 0  # its sender still lives
    first.close()
    wait_for(lambda: heir.begin(SLOT) == 1)
    while heir.send_one(SLOT):
        pass
    heir.finish()
    assert [envelope.recipient for envelope in recorder.kept] == ["b@example.com"]
    assert school.mails() == {"a": ("unknown", "sender_died"), "b": ("accepted", None)}
    assert school.rows("SELECT outcome FROM attempt ORDER BY id") == [("died",), ("accepted",)]
    assert school.rows("SELECT state FROM edition") == [("sent",)]


def test_two_senders_take_different_mails(school: School, ids):
    second = Recorder()

    def other_sends_meanwhile(envelope: Envelope) -> None:
        with contextlib.closing(db.connect()) as other:
            replace(mailing, database=other, delivery=second).send_one(SLOT)

    first = Recorder(other_sends_meanwhile)
    mailing = school.mailing(first, ids)
    assert send_all(mailing) == 1
    assert [envelope.recipient for envelope in first.kept + second.kept] == ["a@example.com", "b@example.com"]


def test_a_claimed_mail_is_stepped_over(school: School, ids):
    recorder = Recorder()
    with contextlib.closing(db.connect()) as other, other.cursor() as on:
        on.execute("SELECT FROM delivery WHERE address = 'a@example.com' FOR UPDATE")
        mailing = school.mailing(recorder, ids)
        mailing.begin(SLOT)
        assert mailing.send_one(SLOT)
        assert not mailing.send_one(SLOT)
    assert [envelope.recipient for envelope in recorder.kept] == ["b@example.com"]


def test_one_edition_never_has_two_mails_to_one_student_or_address(school: School, ids):
    copy = """
        INSERT INTO delivery (edition_id, student_id, address, state, updated_at)
        SELECT edition_id, {}, {}, state, updated_at FROM delivery LIMIT 1
    """
    school.student("c")
    for student, address in (("student_id", "'new'"), ("(SELECT max(id) FROM student)", "address")):
        with pytest.raises(psycopg2.errors.UniqueViolation):
            school.run(copy.format(student, address))


def test_what_is_not_yet_open_for_sending_is_not_claimed(school: School, ids):
    assert not school.mailing(Recorder(), ids).send_one(SLOT)
