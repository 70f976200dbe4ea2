"""Where a restore is tried: a scratch database beside the product's own, dropped afterwards."""

import contextlib
from collections.abc import Iterator

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import make_dsn, parse_dsn

from jobdb import db
from ops.backup.settings import BackupError


@contextlib.contextmanager
def scratch(address: str) -> Iterator[str]:
    """Lend the address of an empty database on the same server; it is dropped afterwards, whatever happened.

    Raises BackupError when the account may not make databases, or another trial of this database is under way.
    """
    name = f"restore_test_of_{parse_dsn(address).get('dbname', '')}"[:63]
    server = db.open_database(address)
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as on:
        on.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,))
        if on.fetchall() != [(True,)]:
            raise BackupError("another trial of a restore is under way; wait for it")
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            on.execute(drop)  # left by a trial that was killed
            on.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        except psycopg2.errors.InsufficientPrivilege:
            raise BackupError("the account may not make databases; name a server where it may: --on URL") from None
        try:
            yield make_dsn(address, dbname=name)
        finally:
            on.execute(drop)
