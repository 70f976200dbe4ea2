"""Who may get mail: the course's window, the status, the switch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_cli.eligibility import BY_STATUS, Refusal, course_window, why_not
from mailer_cli.records import Course, Status, Student
from tests.mailer_cli.samples import SLOT

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
FIRST = [
    # start, first day of mail: + 4 months, kept within the month, + 15 days
    ("2026-01-10", "2026-05-25"),
    ("2026-03-31", "2026-08-15"),  # 31 July + 15
    ("2026-10-31", "2027-03-15"),  # 28 February + 15
    ("2027-10-31", "2028-03-15"),  # 29 February + 15
    ("2028-02-29", "2028-07-14"),
    ("2026-08-17", "2027-01-01"),
]
LAST = [
    # end, last day of mail: + 6 months, kept within the month
    ("2026-05-15", "2026-11-15"),
    ("2026-08-31", "2027-02-28"),
    ("2027-08-31", "2028-02-29"),
    ("2028-02-29", "2028-08-29"),
    ("2026-12-31", "2027-06-30"),
]


@pytest.mark.parametrize(("start", "first"), FIRST)
def test_window_opens_four_months_and_fifteen_days_after_the_start(start, first):
    assert course_window(date.fromisoformat(start), date(2029, 1, 1))[0] == date.fromisoformat(first)


@pytest.mark.parametrize(("end", "last"), LAST)
def test_window_closes_six_months_after_the_end(end, last):
    assert course_window(date(2026, 1, 1), date.fromisoformat(end))[1] == date.fromisoformat(last)


@given(DAYS)
def test_no_later_start_opens_the_window_earlier(start):
    following = course_window(start + timedelta(days=1), date(2100, 1, 1))[0]
    assert course_window(start, date(2100, 1, 1))[0] <= following


@given(DAYS, st.integers(0, 400))
def test_both_ends_of_the_window_are_in_it(start, length):
    course = Course("PM 1", "pm", start, start + timedelta(days=length))
    first, last = course_window(course.starts_on, course.ends_on)
    assert why_not(student(), course, first) is None
    assert why_not(student(), course, last) is None
    assert why_not(student(), course, first - timedelta(days=1)) is Refusal.BEFORE_WINDOW
    assert why_not(student(), course, last + timedelta(days=1)) is Refusal.AFTER_WINDOW


@pytest.mark.parametrize(
    ("status", "mail_on", "reason"),
    [
        (Status.STUDYING, True, None),
        (Status.COMPLETED, True, None),
        (Status.COMPLETED_EARLY, True, None),
        (Status.EMPLOYED, True, Refusal.EMPLOYED),
        (Status.DROPPED_OUT, True, Refusal.DROPPED_OUT),
        (Status.WITHDRAWN, True, Refusal.WITHDRAWN),
        (Status.STUDYING, False, Refusal.SWITCHED_OFF),
        (Status.EMPLOYED, False, Refusal.EMPLOYED),
    ],
)
def test_status_and_switch_decide_within_the_window(status, mail_on, reason):
    course = Course("PM 1", "pm", date(2026, 1, 10), date(2026, 9, 1))
    assert why_not(student(status, mail_on), course, date(2026, 11, 24)) is reason


def test_every_status_is_decided():
    assert BY_STATUS.keys() == set(Status)


def student(status: Status = Status.STUDYING, mail_on: bool = True) -> Student:
    return Student("1", "홍길동", "hong@example.com", "", "PM 1", status, mail_on, SLOT)
