"""The breaker: too many bounces, complaints or lost answers, and the rest is held."""

from datetime import timedelta

import pytest

from mailer_cli.breaker import harm_of
from mailer_cli.errors import SendingStopped
from mailer_cli.store import holds
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import School
from tests.mailer_cli.test_send import Recorder, refusing, send_all

HARM = [
    ((4, 0, 10), None),
    ((5, 0, 100), "5 of 100 mails bounced for good"),
    ((5, 0, 101), None),
    ((6, 0, 120), "6 of 120 mails bounced for good"),
    ((0, 1, 10), None),
    ((0, 2, 2000), "2 of 2000 recipients complained"),
    ((0, 2, 2001), None),
    ((0, 0, 0), None),
]


@pytest.mark.parametrize(("counts", "told"), HARM)
def test_where_the_breaker_trips(counts, told):
    assert harm_of(*counts) == told


@pytest.fixture
def ids(school: School) -> list[int]:
    """Ten students whose mail is ready."""
    for number in range(10):
        school.student(f"s{number}")
    school.posting()
    return school.ready()


def test_five_lost_answers_in_a_row_hold_the_rest(school: School, ids):
    mailing = school.mailing(refusing(ambiguous=True), ids)
    with pytest.raises(SendingStopped, match="last 5 answers of recorder were lost") as stopped:
        send_all(mailing)
    assert stopped.value.exit_code == 4
    assert sorted(school.mails().values()) == [("held", "breaker")] * 5 + [("unknown", "452 try later")] * 5


def test_an_answer_between_lost_ones_is_enough(school: School, ids):
    recorder = Recorder()
    lost = refusing(ambiguous=True)
    answers = iter([lost, lost, lost, lost, recorder, lost, lost, lost, lost, recorder])
    mailing = school.mailing(recorder, ids)
    mailing.delivery = type("Turns", (), {"name": "turns", "deliver": lambda self, mail: next(answers).deliver(mail)})()
    assert send_all(mailing) == 10


def test_bounces_and_complaints_of_events_hold_the_rest_until_it_is_resumed(school: School, ids):
    mailing = school.mailing(Recorder(), ids)
    mailing.begin(SLOT)
    for _ in range(6):
        mailing.send_one(SLOT)
    school.run("UPDATE delivery SET state = 'bounced_hard', updated_at = %s WHERE state = 'accepted'", SLOT)
    with pytest.raises(SendingStopped, match="6 of 10 mails bounced for good"):
        mailing.look_for_harm(SLOT)
    assert not mailing.send_one(SLOT)
    with school.database, school.database.cursor() as on:
        assert holds.resume(on, ids, SLOT + timedelta(minutes=1)) == 4
    mailing.look_for_harm(SLOT + timedelta(minutes=1))  # it counts anew
    while mailing.send_one(SLOT):
        pass
    assert school.rows("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state") == [
        ("accepted", 4), ("bounced_hard", 6),
    ]  # fmt: skip
