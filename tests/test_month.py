"""A week's workdays of the whole product in fast time, with some faults (`make month` plays a month with all)."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from random import Random

import pytest

from sandbox.roster import Row
from sandbox.ses import Accepted
from tests.month import ledger
from tests.month.play import play
from tests.month.school import School
from tests.month.window import in_window, slots


@pytest.mark.timeout(600)  # a busy machine is no failure
def test_after_a_troubled_week_nobody_was_mailed_twice_or_forgotten_and_each_fault_was_told_once(database, tmp_path):
    played = play(tmp_path, date(2026, 11, 2), days=5, size=240, a_course=8, seed=7)
    found = played.reckoning
    assert not found.amiss, "\n".join(found.amiss)
    assert found.mails > 50
    assert len(found.heard) == 5
    assert played.world.provider.killed == 1


# The referee itself -------------------------------------------------------------------------------------------------


SLOT, NEXT = slots(date(2026, 11, 2), 5)
HONG, KIM = ("BIGDATA 77", "hong@example.com"), ("BIGDATA 77", "kim@example.com")


def mail(to: str, delivery: str, *links: str) -> Accepted:
    """A mail as SES took it."""
    raw = EmailMessage()
    raw["X-Jm-Delivery"] = delivery
    raw.set_content("".join(f'<a href="{link}">x</a>' for link in links), subtype="html")
    return Accepted("0100", "jobs@mail.example.com", to, None, {}, raw.as_bytes(), SLOT)


def test_the_ledger_tells_who_got_two_mails():
    once = {SLOT: [(HONG, mail(HONG[1], "a")), (KIM, mail(KIM[1], "b"))], NEXT: [(HONG, mail(HONG[1], "c"))]}
    assert list(ledger.doubles(once, {"a": 1, "b": 2, "c": 1})) == []
    assert list(ledger.doubles(once, {"a": 1, "b": 1, "c": 1})) == ["11-03 student 1"]
    twice = {SLOT: [(HONG, mail(HONG[1], "a")), (HONG, mail(HONG[1], "b"))]}
    assert list(ledger.doubles(twice, {"a": 1, "b": 2})) == ["11-03 BIGDATA 77 hong@example.com"]


def test_the_ledger_tells_what_came_twice_and_who_got_none():
    wanted, survey = "https://www.wanted.co.kr/wd/1", "https://forms.example.com/survey"
    got = {SLOT: [(HONG, mail(HONG[1], "a", wanted, survey))], NEXT: [(HONG, mail(HONG[1], "b", wanted, survey))]}
    assert list(ledger.repeats(got)) == [f"hong@example.com {wanted}"]
    assert ledger.missing({SLOT: {HONG, KIM}}, got, lambda _, who: None) == (["11-03 BIGDATA 77 kim@example.com"], {})
    assert ledger.missing({SLOT: {HONG, KIM}}, got, lambda _, who: "no_postings") == ([], {"no_postings": 1})


@pytest.mark.parametrize(
    ("starts", "ends", "day", "inside"),
    [
        ("2026-01-31", "2026-08-31", "2026-06-14", False),  # 31 May and 15 days
        ("2026-01-31", "2026-08-31", "2026-06-15", True),
        ("2026-01-31", "2026-08-31", "2027-02-28", True),  # 31 August and six months
        ("2026-01-31", "2026-08-31", "2027-03-01", False),
    ],
)
def test_the_window_of_a_course(starts, ends, day, inside):
    assert in_window(*map(date.fromisoformat, (starts, ends, day))) is inside


@pytest.mark.parametrize(
    ("changes", "gets"),
    [
        ({}, True), ({"status": "취업"}, False), ({"status": "조기 수료"}, True), ({"status": "수강철회"}, False),
        ({"mail_on": "off"}, False), ({"ends_on": date(2026, 5, 1)}, False), ({"email": "gone@example.com"}, False),
    ],
)  # fmt: skip
def test_who_may_get_mail(changes, gets):
    row = Row(
        "1", "홍길동", "a@example.com", "", "pm", "PM 14", date(2026, 5, 1), date(2026, 12, 1), "교육 중", "on", ""
    )
    school = School({"1": replace(row, **changes)}, Random(1), gone={"gone@example.com"})
    assert school.may(SLOT.date()) == {}  # the product has not read the roster
    school.imported()
    assert bool(school.may(SLOT.date())) is gets
