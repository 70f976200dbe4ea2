"""One consistent moment of a database, which its dumps and its counts share."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from jobdb import db
from jobdb.errors import DatabaseError
from ops.backup.parts import Parts, Table, parted

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

TABLES = """
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""
ALONE = ("idle_in_transaction_session_timeout", "transaction_timeout")  # the moment idles while pg_dump works


@dataclass(frozen=True, slots=True)
class Moment:
    """What a database held at the moment of a snapshot."""

    snapshot: str  # pg_dump --snapshot
    server: int  # server_version_num, like 180004
    schema: tuple[str, ...]  # applied migrations
    kind: str  # of the postings: real, made-up, or none
    parts: Parts
    rows: dict[Table, int]


@contextlib.contextmanager
def moment(address: str) -> Iterator[Moment]:
    """Hold a moment while the block runs. Raises DatabaseError when it is empty, or may not be read."""
    with contextlib.closing(db.open_database(address)) as database:
        with database, database.cursor() as on:
            _stay(on)
        database.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with database, database.cursor() as on:
            try:
                found = _read(database, on)
            except psycopg2.ProgrammingError as error:
                raise DatabaseError(f"{str(error).splitlines()[0]}; a backup is made by the tables' owner") from None
            yield found


def tables(on: "cursor") -> list[Table]:
    """Return all tables but PostgreSQL's own."""
    on.execute(TABLES)
    return [Table(schema, name) for schema, name in on.fetchall()]


def counted(on: "cursor", chosen: tuple[Table, ...]) -> dict[Table, int]:
    """Return how many rows tables hold."""
    rows = {}
    for table in chosen:
        on.execute(sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(table.schema, table.name)))
        rows[table] = on.fetchall()[0][0]
    return rows


def migrations(on: "cursor") -> tuple[str, ...]:
    """Return the migrations that were applied, in order."""
    on.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1")
    return tuple(name for (name,) in on.fetchall())


def _stay(on: "cursor") -> None:
    for setting in ALONE:
        on.execute("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = %s", (setting,))


def _read(database: "connection", on: "cursor") -> Moment:
    on.execute("SELECT pg_export_snapshot()")
    ((snapshot,),) = on.fetchall()
    parts = parted(tables(on))
    if Table("public", "_yoyo_migration") not in parts.postings:
        raise DatabaseError("the database is empty; there is nothing to back up")
    rows = counted(on, parts.postings + parts.people)
    return Moment(snapshot, database.server_version, migrations(on), _kind(on), parts, rows)


def _kind(on: "cursor") -> str:
    on.execute("SELECT bool_or(made_up) FROM crawl")
    ((made_up,),) = on.fetchall()
    return "none" if made_up is None else "made-up" if made_up else "real"
