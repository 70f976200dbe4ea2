"""Senders are killed in the middle of their calls; nobody gets two mails, nobody none, and the database knows."""

import pytest

from tests.mailer_cli.storm import Storm

RECIPIENTS, KILLS, SEED = 60, 6, 7


@pytest.fixture
def harvest(database, tmp_path):
    return lambda order: Storm(database, tmp_path, order, RECIPIENTS, KILLS, SEED).rage()


@pytest.mark.timeout(300)
def test_no_double_and_nobody_missing_in_a_storm(harvest):
    left = harvest("ours")
    assert (left.doubles, left.missing, left.agrees) == (0, 0, True)
    assert left.kills == KILLS
    assert left.unknown >= KILLS
    assert left.faults > 0


@pytest.mark.timeout(300)
def test_the_storm_tells_a_sender_that_calls_before_it_writes(harvest):
    assert harvest("naive").doubles > 0
