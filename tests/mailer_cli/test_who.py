"""`mailer who`: any day's audience, and why the others are not in it."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result

from mailer_cli.cli import mailer
from mailer_cli.records import Course, Status
from tests.mailer_cli.school import NOON, School

PM = Course("PM 9", "pm", date(2026, 10, 1), date(2027, 3, 30))


@pytest.fixture
def run(school: School, monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    school.student("a")
    school.student("b", email="A@example.com")
    school.student("c", status=Status.EMPLOYED)
    school.student("d")
    school.student("e", mail_on=False)
    school.student("p", PM)
    told = "INSERT INTO suppression (address, reason, since, until) VALUES ('d@example.com', 'mailbox_full', %s, %s)"
    school.run(told, NOON, NOON.replace(day=30))

    def who(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(mailer, ["who", *words])
        assert result.exit_code == code, result.output
        return result

    return who


def verdicts(result: Result) -> dict[str, str | None]:
    return {row["lms_id"]: row["reason"] for row in json.loads(result.output)}


def test_who_gets_mail_at_the_next_slot_and_why_the_others_not(run, school: School):
    expected = {
        "a": None,
        "b": "same_address",
        "c": "employed",
        "d": "suppressed: mailbox_full",
        "e": "switched_off",
        "p": "before_window",
    }
    assert verdicts(run("--json")) == expected
    school.plan()
    assert {lms_id: reason for lms_id, (_, reason) in school.mails().items()} == expected


@pytest.mark.parametrize(
    ("day", "changes"),
    [
        ("2026-12-01", {"d": None}),
        ("2027-03-01", {"p": None, "d": None}),
        ("2027-05-01", {"p": None} | dict.fromkeys("abcde", "after_window")),
    ],
)
def test_any_day_may_be_asked_for(run, day, changes):
    assert verdicts(run("--json", "--on", day)) == verdicts(run("--json")) | changes


def test_the_table_masks_addresses_unless_told(run):
    told = run().output
    assert "1 of 6 students would get mail; not: 1 before window, 1 employed, " in told
    assert "a@example.com" not in told.lower().replace("a****@example.com", "")
    assert "A@example.com" in run("--reveal").output


def test_a_course_alone(run):
    assert verdicts(run("--json", "--course", "PM 9")) == {"p": "before_window"}
    assert run("--course", "PM9", code=3).stderr == "error: no course 'PM9'; known are PM 9\n"


def test_nothing_is_written(run, school: School):
    run("--on", "2026-12-01")
    assert school.rows("SELECT count(*) FROM edition") == [(0,)]
