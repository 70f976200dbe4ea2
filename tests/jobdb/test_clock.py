from datetime import UTC, datetime, timedelta

import pytest

from jobdb import clock
from jobdb.errors import SettingError


@pytest.mark.parametrize(
    ("fixed", "hour"),
    [("2026-11-24T10:00", 10), ("2026-11-24T10:00+00:00", 19), ("2026-11-24T10:00Z", 19), ("2026-11-24", 0)],
)
def test_a_fixed_clock_is_read_in_korean_time(fixed, hour, monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", fixed)
    assert (clock.now().hour, clock.now().utcoffset()) == (hour, timedelta(hours=9))
    assert str(clock.today()) == "2026-11-24"


def test_a_clock_that_is_no_time_is_refused(monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", "tomorrow")
    with pytest.raises(SettingError, match="JOB_CLOCK='tomorrow'"):
        clock.now()


def test_without_it_the_present(monkeypatch):
    monkeypatch.delenv("JOB_CLOCK", raising=False)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
