import contextlib
import os
import subprocess
import sys

import pytest

from jobdb import db
from jobdb.errors import DatabaseError


def jobdb(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "jobdb", *arguments], capture_output=True, text=True, check=False)


def test_sessions_speak_korean_time(database):
    with database.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("Asia/Seoul",)


def test_migrating_again_changes_nothing(database):
    assert db.migrate(os.environ["DATABASE_URL"]) == []


def test_a_schema_that_lacks_a_migration_is_refused_with_the_remedy(database):
    with database, database.cursor() as cursor:
        cursor.execute("DELETE FROM _yoyo_migration WHERE migration_id = '0002_mail'")
    with pytest.raises(DatabaseError, match=r"lacks 0002_mail; run `make migrate`"):
        db.connect()


def test_a_schema_of_a_newer_program_is_refused(database):
    with database, database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('x', '9999_from_the_future')"
        )
    with pytest.raises(DatabaseError, match="9999_from_the_future"):
        db.connect()


def test_an_empty_database_is_refused(database):
    with database, database.cursor() as cursor:
        cursor.execute("DROP TABLE _yoyo_migration CASCADE")
    with pytest.raises(DatabaseError, match="empty"):
        db.connect()


def test_a_server_that_does_not_answer_is_one_line_and_exit_code_2(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:9/none")
    done = jobdb("migrate")
    assert done.returncode == 2
    assert done.stderr.startswith("error: the database does not answer")
    assert len(done.stderr.splitlines()) == 1
    assert "secret-word" not in done.stderr


def test_the_command_migrates_an_empty_database(database, test_server, monkeypatch):
    with contextlib.closing(db.open_database(os.environ["DATABASE_URL"])) as fresh, fresh, fresh.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    assert "0001_postings" in jobdb("migrate").stdout
    assert jobdb("migrate").stdout == "the schema is up to date\n"
