"""A database for one bench, on the embedded server and beside nobody's data."""

import contextlib
import os
from collections.abc import Iterator

import psycopg2

from jobdb import db, embedded


@contextlib.contextmanager
def scratch(name: str) -> Iterator[str]:
    """Migrate a fresh database bench_<name>, yield its URL, which DATABASE_URL names meanwhile, and drop it.

    A server that was down before is stopped again.
    """
    was_running = embedded.Server(embedded.home()).answers()
    before = {key: os.environ.pop(key) for key in ("DATABASE_URL", "JOB_POSTGRES_DATABASE") if key in os.environ}
    server = embedded.start()
    try:
        address = f"{server.rpartition('/')[0]}/bench_{name}"
        _run(server, f"DROP DATABASE IF EXISTS bench_{name} WITH (FORCE)", f"CREATE DATABASE bench_{name}")
        os.environ["DATABASE_URL"] = address
        db.migrate(address)
        yield address
        _run(server, f"DROP DATABASE bench_{name} WITH (FORCE)")
    finally:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(before)
        if not was_running:
            embedded.stop()


def _run(server: str, *statements: str) -> None:
    connection = psycopg2.connect(server)
    connection.autocommit = True  # PostgreSQL makes and drops databases outside of transactions
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
