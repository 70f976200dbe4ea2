"""When a crawl is unlike the board's earlier ones."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from jobspider.baseline import Tally, suspicion

NOW = datetime(2026, 11, 24, 1, tzinfo=KST)
USUAL = Tally(NOW, listed=200, stored=50, dropped={"no_keyword": 120, "known": 30}, filled={"deadline": 50, "body": 30})


def runs(usual: Tally = USUAL, days: int = 10) -> list[Tally]:
    return [replace(usual, started_at=NOW - timedelta(days=day)) for day in range(1, days)]


# what has changed -> what is said of it
TABLE = [
    ({}, None),
    ({"listed": 101}, None),
    ({"listed": 99}, "listed 99, usually 200"),
    ({"stored": 20, "filled": {"deadline": 20}}, "stored 20, usually 50"),
    ({"listed": 400, "stored": 30, "filled": {"deadline": 30}}, None),
    ({"filled": {"deadline": 25, "body": 30}}, "deadline is filled in 50%, usually in 100%"),
    ({"filled": {"deadline": 26, "body": 30}}, None),
    ({"filled": {"deadline": 50}}, None),  # the body was never filled in 90 %
    ({"dropped": {"malformed: no_company": 150}}, "75% dropped as malformed: no_company, usually 0%"),
    ({"dropped": {"known": 190}, "stored": 26, "filled": {"deadline": 26}}, None),
]


@pytest.mark.parametrize(("change", "said"), TABLE)
def test_the_table(change, said):
    assert suspicion(replace(USUAL, **change), runs()) == said


def test_two_runs_are_no_baseline():
    assert suspicion(replace(USUAL, listed=1), runs(days=3)) is None


def test_a_quiet_weekday_is_compared_with_its_like():
    slow = replace(USUAL, listed=40, stored=5, filled={}, dropped={})
    quiet = [replace(slow, started_at=NOW - timedelta(weeks=week)) for week in (1, 2, 3)]
    busy = [run for run in runs(days=22) if run.started_at.weekday() != NOW.weekday()]
    earlier = sorted([*quiet, *busy], key=lambda run: run.started_at, reverse=True)
    assert suspicion(slow, earlier) is None
    assert suspicion(slow, busy) == "listed 40, usually 200"
