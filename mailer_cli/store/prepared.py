"""Statements that run for every mail, planned once for a connection: planning such joins costs more than the rest."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor

KNOWN: "WeakKeyDictionary[connection, set[str]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with $1, $2 … of PostgreSQL types; `before` is said in the same trip to the server."""

    name: str
    types: str
    statement: str
    before: str = ""
    after: str = ""  # the same; then the statement's own rows are not to be had

    def execute(self, on: cursor, *values: Any) -> None:
        """Run the statement; a connection's first time plans it."""
        known: set[str] = KNOWN.setdefault(on.connection, set())
        if self.name not in known:
            on.execute(f"PREPARE {self.name} ({self.types}) AS {self.statement}")
            known.add(self.name)
        on.execute(f"{self.before} EXECUTE {self.name} ({_marks(values)}) {self.after}", values)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


class _Opening(cursor):
    """A cursor whose first statement takes BEGIN along."""

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 (psycopg2's name)
        idle = self.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
        super().execute(f"BEGIN; {query}" if idle else query, vars)


@contextmanager
def few_trips(database: connection) -> Iterator[cursor]:
    """Run a transaction whose BEGIN travels with its first statement, and whose COMMIT may travel with its last.

    It is committed at the end unless a statement did so (`Prepared.after`), and rolled back on an error.
    """
    with own_commits(database):
        try:
            with database.cursor(cursor_factory=_Opening) as on:
                yield on
            _end(database, "COMMIT")
        except BaseException:
            _end(database, "ROLLBACK")
            raise


@contextmanager
def own_commits(database: connection) -> Iterator[None]:
    """Leave BEGIN and COMMIT to the statements while the block runs: psycopg2 says each in a trip of its own."""
    database.autocommit = True
    try:
        yield
    finally:
        if not database.closed:
            database.autocommit = False


def _end(database: connection, word: str) -> None:
    if not database.closed and database.info.transaction_status != TRANSACTION_STATUS_IDLE:
        with database.cursor() as on:
            on.execute(word)
