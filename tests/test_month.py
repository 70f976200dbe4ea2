"""A week's workdays of the whole product in fast time, with some faults (`make month` plays a month with all)."""

from datetime import date

import pytest

from tests.month.play import play


@pytest.mark.timeout(600)  # a busy machine is no failure
def test_after_a_troubled_week_nobody_was_mailed_twice_or_forgotten_and_each_fault_was_told_once(database, tmp_path):
    played = play(tmp_path, date(2026, 11, 2), days=5, size=240, a_course=8, seed=7)
    found = played.reckoning
    assert not found.amiss, "\n".join(found.amiss)
    assert found.mails > 50
    assert found.expected.total() == len(found.faults) == 5
    assert played.world.provider.killed == 1
