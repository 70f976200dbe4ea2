"""A mail's way through the database in few trips: the same transaction as ever, and the editions in their turn."""

from dataclasses import replace
from datetime import timedelta

import psycopg2
import pytest

from jobdb import db
from mailer_cli.delivery import DeliveryError, Envelope
from mailer_cli.store.prepared import Prepared, few_trips
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import BIGDATA, School
from tests.mailer_cli.test_send import Recorder

PM = replace(BIGDATA, name="PM 12", track="pm")
ONE = "INSERT INTO sender (host, pid, started_at) VALUES ('here', 1, now())"
LAST = Prepared("last", "integer", "UPDATE sender SET pid = $1", after="; COMMIT")


def senders() -> list[tuple[int]]:
    other = db.connect()
    with other, other.cursor() as on:
        on.execute("SELECT pid FROM sender")
        found = on.fetchall()
    other.close()
    return found


def after_one(database, then) -> None:
    with few_trips(database) as on:
        on.execute(ONE)
        then(on)


def test_what_no_statement_committed_is_committed_at_the_end(database):
    with few_trips(database) as on:
        on.execute(ONE)
        assert senders() == []
    assert senders() == [(1,)]
    assert database.autocommit is False


def test_a_last_statement_takes_the_commit_along(database):
    with few_trips(database) as on:
        on.execute(ONE)
        LAST.execute(on, 7)
        assert senders() == [(7,)]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_takes_everything_back(database, error):
    def interrupted(on):
        raise error

    with pytest.raises(error):
        after_one(database, interrupted)
    assert senders() == []


def test_a_statement_that_fails_takes_everything_back(database):
    with pytest.raises(psycopg2.Error):
        after_one(database, lambda on: LAST.execute(on, None))
    assert senders() == []
    with database, database.cursor() as on:
        on.execute("SELECT 1")


def test_a_connection_that_breaks_says_so(database):
    with pytest.raises(psycopg2.OperationalError):
        after_one(database, lambda on: on.execute("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_an_edition_that_was_done_is_looked_at_again(school: School):
    """The first edition's only mail is put off; it goes when the second edition has no more."""
    school.student("a")
    school.posting()
    for lms_id in ("b", "c"):
        school.student(lms_id, PM)
    school.posting(track="pm")
    recorder = Recorder(lambda envelope: put_off(envelope, recorder.kept))
    mailing = school.mailing(recorder, school.ready())
    mailing.begin(SLOT)
    later = SLOT + timedelta(minutes=2)
    assert [mailing.send_one(at) for at in (SLOT, SLOT, later, later, later)] == [True] * 4 + [False]
    assert [envelope.recipient[0] for envelope in recorder.kept] == ["b", "c", "a"]


def put_off(envelope: Envelope, kept: list[Envelope]) -> None:
    if envelope.recipient.startswith("a") and not kept:
        raise DeliveryError("452 try later")
