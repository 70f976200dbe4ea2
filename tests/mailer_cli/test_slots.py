"""When mailings go out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from jobdb.errors import OperatorError
from mailer_cli.config import Slots
from mailer_cli.slots import misgivings, next_slot, read_slot

RULE = Slots((1, 4), 17)  # Tuesday, Friday


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-21T09:00+09:00", "2026-11-24T17:00+09:00"),  # Saturday
        ("2026-11-24T16:59:59+09:00", "2026-11-24T17:00+09:00"),
        ("2026-11-24T17:00+09:00", "2026-11-27T17:00+09:00"),
        ("2026-11-27T18:00+09:00", "2026-12-01T17:00+09:00"),
        ("2026-11-23T16:00+00:00", "2026-11-24T17:00+09:00"),  # Tuesday 01:00 in Korea
    ],
)
def test_next_slot(now, slot):
    assert next_slot(datetime.fromisoformat(now), RULE) == datetime.fromisoformat(slot)


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda now: 1900 < now.year < 2900),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 23),
)
def test_a_slot_is_after_now_within_a_week_on_its_weekday_and_hour(now, weekdays, hour):
    slot = next_slot(now, Slots(tuple(weekdays), hour))
    assert now < slot <= now + timedelta(days=7)
    assert (slot.weekday() in weekdays, slot.hour, slot.tzinfo) == (True, hour, KST)


@pytest.mark.parametrize(
    "words", ["2026-11-24", "2026-11-24T17:00", "2026-11-24T17:00+09:00", "2026-11-24T08:00+00:00"]
)
def test_a_slot_is_read_as_korean_time(words):
    assert read_slot(words, RULE) == datetime(2026, 11, 24, 17, tzinfo=KST)


@pytest.mark.parametrize("words", ["tomorrow", "2026-13-01", "24.11.2026", ""])
def test_a_slot_that_is_none_is_refused(words):
    with pytest.raises(OperatorError, match="is no day; write it like"):
        read_slot(words, RULE)


@pytest.mark.parametrize(
    ("slot", "told"),
    [
        ("2026-11-24T17:00+09:00", []),
        ("2026-11-24T08:00+00:00", []),
        ("2026-11-25T17:00+09:00", ["none of the week's slots"]),  # Wednesday
        ("2026-11-24T16:00+09:00", ["none of the week's slots"]),
        ("2026-11-20T17:00+09:00", ["it has passed"]),
        ("2026-11-19T17:00+09:00", ["none of the week's slots", "it has passed"]),
    ],
)
def test_what_speaks_against_a_slot_is_told(slot, told):
    found = misgivings(datetime.fromisoformat(slot), datetime(2026, 11, 21, 9, tzinfo=KST), RULE)
    assert len(found) == len(told)
    assert all(words in whole for words, whole in zip(told, found, strict=True))
