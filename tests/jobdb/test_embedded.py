"""The embedded server, in a folder of its own: started, joined, killed, started again, stopped."""

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from jobdb import embedded


@pytest.fixture
def home():
    # not below pytest's folder: that is closed to the account that root hands the server to
    folder = Path(__file__).resolve().parents[2] / "var" / f"embedded-test-{os.getpid()}"
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


def ask(address: str, question: str):
    with closing(psycopg2.connect(address)) as database, database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall() if cursor.description else None


def test_a_life(home):
    with ThreadPoolExecutor(2) as pool:  # two programs at once start one server
        first, second = pool.map(embedded.start, [home, home])
    assert first == second
    ask(first, "CREATE TABLE kept AS SELECT 1 AS n")

    os.kill(int((home / "data" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    again = embedded.start(home)
    assert ask(again, "SELECT n FROM kept") == [(1,)]

    assert embedded.stop(home) is True
    assert embedded.stop(home) is False
    assert ask(embedded.start(home), "SELECT n FROM kept") == [(1,)]


def test_the_password_is_for_its_owner_alone(home):
    embedded.start(home)
    assert (home / "password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(embedded.Server(home).url("postgres").replace(":", ":x", 2).replace(":x//", "://"))
