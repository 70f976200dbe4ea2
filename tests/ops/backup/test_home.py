"""The way home after a disk was lost: nothing goes out twice, and what may have gone is asked about."""

import json
import os
from pathlib import Path

import pytest
from psycopg2.extensions import connection

from jobdb import db
from tests.conftest import OURS, run
from tests.mailer_cli.school import School
from tests.mailer_cli.test_cli import AT_SLOT, Mailer
from tests.ops.backup.backups import Backups

NEXT = "2026-11-27T14:30"  # Friday, before its slot


@pytest.fixture
def mailer(database: connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailer:
    """A school whose next mailing is checked."""
    school = School(database)
    for number in range(10):
        school.posting(title=f"채용 {number}")
    mailer = Mailer(school, tmp_path, monkeypatch)
    for words in (["roster", "import", str(mailer.roster)], ["plan"], ["check"]):
        mailer(*words)
    return mailer


@pytest.fixture
def backups(mailer: Mailer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backups:
    return Backups(mailer.school, tmp_path, monkeypatch)


def lose(mailer: Mailer) -> None:
    """The disk fails: the database is gone, an empty one stands in its place."""
    address = os.environ["DATABASE_URL"]
    mailer.school.database.close()
    run(address, f"DROP DATABASE {OURS} WITH (FORCE)", f"CREATE DATABASE {OURS}")


def test_from_a_lost_disk_to_the_next_mailing(mailer: Mailer, backups: Backups):
    assert backups("run").exit_code == 0
    ready = mailer.school.rows("SELECT count(*) FROM delivery WHERE state = 'ready'")[0][0]
    mailer("send", at=AT_SLOT)
    sent = mailer.sent()
    assert len(sent) == ready > 20

    lose(mailer)
    assert "the database is empty" in mailer("send", at=AT_SLOT, code=2).stderr
    told = backups("restore", "--identity", str(backups.key)).output
    assert "each table as the manifest counts it" in told
    mailer.school.database = db.connect()

    assert "restored from a backup" in mailer("send", at=AT_SLOT, code=3).stderr
    assert "restored from a backup" in mailer("send", "--late", "why not", at=AT_SLOT, code=3).stderr
    told = mailer("recover", "--adopt", "the disk failed", at=AT_SLOT, code=6).output
    assert told.startswith(f"{ready} mails may have been sent after the backup: unknown now")
    mailer("send", at=AT_SLOT, code=3)
    assert mailer.sent() == sent

    for row in json.loads(mailer("unknown", "list", "--json").stdout):
        mailer("unknown", "resolve", row["delivery_id"], "accepted", "--why", "it is in the outbox")
    for words in (["plan"], ["check"]):
        mailer(*words, at=NEXT)
    states = dict(
        mailer.school.rows("SELECT slot::date::text, string_agg(DISTINCT state, ',') FROM edition GROUP BY 1")
    )
    assert set(states) == {"2026-11-24", "2026-11-27"}


def test_a_backup_taken_after_the_mailing_asks_about_nothing(mailer: Mailer, backups: Backups):
    mailer("send", at=AT_SLOT)
    sent = mailer.sent()
    backups("run")
    lose(mailer)
    backups("restore", "--identity", str(backups.key))
    mailer.school.database = db.connect()
    assert "0 mails may have been sent" in mailer("recover", "--adopt", "the disk failed", at=AT_SLOT).output
    assert "were sent already" in mailer("send", at=AT_SLOT).output
    assert mailer.sent() == sent
