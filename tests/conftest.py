"""What the tests of several packages need: a database of their own, on a server that is not the user's."""

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from hypothesis import settings
from psycopg2.extensions import connection

from jobdb import db, embedded

# A busy machine is no failure; in CI the same examples are tried each time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

HOME = Path(__file__).resolve().parents[1] / "var" / "test-postgres"
SCHEMA = b"".join(path.read_bytes() for path in sorted(db.MIGRATIONS.glob("*.sql")))
TEMPLATE = f"template_{hashlib.sha256(SCHEMA).hexdigest()[:12]}"
OURS = f"test_{os.getpid()}"
LEAVE = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'"


OPERATOR_S = re.compile(
    r"DATABASE_URL|JOB_|JOBSPIDER_|MAIL_|REDIS_|SMTP_|AWS_|WANTED_|SARAMIN_|WORK24_|LMS_|SHEET_|FEEDBACK_|GOOGLE_|ALERT_"
)


@pytest.fixture(autouse=True)
def operator_s_settings_are_not_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the settings of whoever runs the tests out of the environment."""
    for name in [name for name in os.environ if OPERATOR_S.match(name)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def test_server() -> Iterator[str]:
    """The URL of the tests' own server; the first process starts it, the last to leave stops it."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        address = embedded.start(HOME)
        make_template(address)
        yield address
        run(address, f"DROP DATABASE IF EXISTS {OURS} WITH (FORCE)")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded.stop(HOME)


@pytest.fixture
def database(test_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[connection]:
    """A connection to a fresh, migrated, empty database; DATABASE_URL names it, for subprocesses and db.connect()."""
    run(test_server, f"DROP DATABASE IF EXISTS {OURS} WITH (FORCE)", f"CREATE DATABASE {OURS} TEMPLATE {TEMPLATE}")
    monkeypatch.setenv("DATABASE_URL", renamed(test_server, OURS))
    with contextlib.closing(db.connect()) as opened:
        yield opened


def make_template(address: str) -> None:
    """Make the migrated template, once for all processes, and drop what killed runs and old schemas left."""
    with (HOME / ".template").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        names = database_names(address)
        stale = [name for name in names if name.startswith(("template_", "test_")) and not in_use(name)]
        run(address, *(f"DROP DATABASE {name} WITH (FORCE)" for name in stale))
        if TEMPLATE in names:
            return
        run(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}_new")
        db.migrate(renamed(address, f"{TEMPLATE}_new"))
        run(address, LEAVE.format(f"{TEMPLATE}_new"), f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")


def in_use(name: str) -> bool:
    """Tell whether a database is this schema's template or belongs to a process that lives."""
    if not name.startswith("test_"):
        return name == TEMPLATE
    try:
        os.kill(int(name.removeprefix("test_")), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it lives, under another account
    return True


def database_names(address: str) -> list[str]:
    """Return the names of the server's databases."""
    with contextlib.closing(psycopg2.connect(address)) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return [name for (name,) in cursor.fetchall()]


def run(address: str, *statements: str) -> None:
    """Run statements that a transaction does not take, like CREATE DATABASE."""
    server = psycopg2.connect(renamed(address, "postgres"))
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def renamed(address: str, name: str) -> str:
    """Return the same server's address with another database."""
    return f"{address.rpartition('/')[0]}/{name}"
