"""What may be sent at an instant: a slot that was late carries nothing that its course was sent meanwhile."""

from datetime import datetime, timedelta

import pytest

from mailer_cli.due import Due, due
from mailer_cli.store import editions
from tests.mailer_cli.samples import SLOT, settings
from tests.mailer_cli.school import School
from tests.mailer_cli.test_send import Recorder

FRIDAY = SLOT + timedelta(days=3)
SATURDAY = FRIDAY + timedelta(days=1)


def checked(school: School, slot: datetime) -> None:
    """Plan a slot and take its postings for checked, an hour before it."""
    school.plan(slot, slot - timedelta(hours=1))
    with school.database, school.database.cursor() as on:
        for edition in editions.find(on, slot=slot):
            editions.pass_check(on, edition.id, slot - timedelta(hours=1))


def due_late(school: School, now: datetime) -> Due:
    with school.database, school.database.cursor() as on:
        return due(on, now, settings(), early=False, slot=None, late=True)


def slots(found: tuple) -> list[datetime]:
    return [edition.slot for edition in found]


@pytest.fixture
def twice(school: School) -> School:
    """A school whose Tuesday did not go out, so that Friday has the same posting."""
    school.student("a")
    school.posting()
    checked(school, SLOT)
    checked(school, FRIDAY)
    return school


def test_two_slots_of_a_course_do_not_carry_a_posting_twice_in_one_run(twice: School):
    found = due_late(twice, FRIDAY)
    assert (slots(found.ready), slots(found.unchecked)) == ([SLOT], [FRIDAY])


def test_a_late_slot_is_checked_anew_when_its_course_was_sent_the_same_meanwhile(twice: School):
    recorder = Recorder()
    friday = [row[0] for row in twice.rows("SELECT id FROM edition WHERE slot = %s", FRIDAY)]
    mailing = twice.mailing(recorder, friday)
    mailing.begin(FRIDAY)
    assert mailing.send_one(FRIDAY)
    found = due_late(twice, SATURDAY)
    assert (slots(found.ready), slots(found.unchecked)) == ([FRIDAY], [SLOT])
    mailing.finish()
    assert slots(due_late(twice, SATURDAY).ready) == []


@pytest.mark.parametrize("other", ["another posting", "never sent"])
def test_what_the_course_was_not_sent_keeps_nothing_back(school: School, other: str):
    school.student("a")
    school.posting()
    checked(school, SLOT)
    if other == "another posting":
        school.run("UPDATE edition SET state = 'sent'")
        school.posting()
    if other == "never sent":
        school.run("UPDATE edition SET state = 'cancelled'")
    checked(school, FRIDAY)
    assert slots(due_late(school, FRIDAY).ready) == [FRIDAY]
