"""The rate that all senders share: departures reserved in the database, no two alike."""

import contextlib
import itertools

import pytest
from psycopg2.extensions import connection

from jobdb import db
from mailer_cli.errors import SendingStopped
from mailer_cli.pace import Pace
from mailer_cli.store import rate


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pace(database: connection, clock: Clock, mails_a_second: float = 10) -> Pace:
    return Pace(database, "ses", mails_a_second, clock.sleep, clock)


def take(database: connection, mails_a_second: float, count: int) -> list[float]:
    """Departures in seconds of the database's clock."""
    with database, database.cursor() as on:
        first, gap = rate.take(on, "ses", mails_a_second, count)
        on.execute("SELECT extract(epoch FROM clock_timestamp())")
        now = float(on.fetchall()[0][0])
    return [now + first + gap * number for number in range(count)]


def test_two_senders_never_share_a_departure_and_keep_the_rate_together(database: connection):
    with contextlib.closing(db.connect()) as other:
        departures = [at for _ in range(40) for sender in (database, other) for at in take(sender, 5, 1)]
    gaps = [after - before for before, after in itertools.pairwise(departures)]
    assert len(departures) == 80
    assert sum(gaps) == pytest.approx(79 / 5, rel=0.02)
    assert min(gaps) > 0.1


def test_a_block_is_as_long_as_its_departures(database: connection):
    first, second = take(database, 100, 5), take(database, 100, 5)
    assert second[0] - first[0] == pytest.approx(0.05, abs=0.02)
    assert first[4] - first[0] == pytest.approx(0.04, abs=0.001)


def test_a_sender_sleeps_until_its_departure_and_keeps_what_it_did_not_use(database: connection):
    clock = Clock()
    ours = pace(database, clock)
    ours.wait()
    ours.wait()  # a skipped student leaves the departure to the next
    assert len(ours.departures) == 1
    ours.used()
    ours.wait()
    assert clock.now == pytest.approx(0.1, abs=0.15)
    assert len(clock.slept) <= 2


def test_a_refusal_halves_the_rate_and_pauses_1_2_4_8_16_s(database: connection):
    pauses, gaps = [], []
    for _ in range(5):
        age_the_refusal(database)
        pace(database, Clock()).slow_down()
        with database, database.cursor() as on:
            first, gap = rate.take(on, "ses", 10, 1)
        pauses.append(first)
        gaps.append(gap)
        free(database)
    for pause, wanted in zip(pauses, (1, 2, 4, 8, 16), strict=True):
        assert 0.8 * wanted < pause < 1.4 * wanted
    assert gaps == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2])


def test_refusals_of_mails_that_were_on_their_way_together_are_one(database: connection):
    for _ in range(4):
        pace(database, Clock()).slow_down()
    assert halvings(database) == 1


def test_a_calm_minute_gives_back_one_halving(database: connection):
    for _ in range(3):
        age_the_refusal(database)
        pace(database, Clock()).slow_down()
        free(database)
    run(database, "UPDATE sending_rate SET refused_at = refused_at - interval '121 seconds'")
    with database, database.cursor() as on:
        assert rate.take(on, "ses", 10, 1)[1] == pytest.approx(0.2)


def test_a_provider_that_no_rate_pleases_ends_the_run(database: connection):
    for _ in range(5):
        age_the_refusal(database)
        pace(database, Clock()).slow_down()
    age_the_refusal(database)
    with pytest.raises(SendingStopped, match="every rate") as stopped:
        pace(database, Clock()).slow_down()
    assert stopped.value.exit_code == 4


def age_the_refusal(database: connection) -> None:
    run(database, "UPDATE sending_rate SET refused_at = refused_at - interval '2 seconds'")


def free(database: connection) -> None:
    run(database, "UPDATE sending_rate SET free_at = clock_timestamp()")


def halvings(database: connection) -> int:
    with database, database.cursor() as on:
        on.execute("SELECT halvings FROM sending_rate")
        return on.fetchall()[0][0]


def run(database: connection, statement: str) -> None:
    with database, database.cursor() as on:
        on.execute(statement)
