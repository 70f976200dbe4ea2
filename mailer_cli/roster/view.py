"""The roster as a view of the LMS's own PostgreSQL, which is only read."""

import contextlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg2
from psycopg2 import sql

from jobdb.errors import DataError, OperatorError, SettingError
from jobdb.transport import secured
from mailer_cli.roster.reading import Row, Source

PATIENCE = "-c default_transaction_read_only=on -c statement_timeout=60000 -c timezone=Asia/Seoul"


def read_view(dsn: str, view: str) -> Source:
    """Read every row of a view (`name` or `schema.name`) in a transaction that cannot write.

    Raises SettingError without an address or with one that trusts any server, OperatorError when the LMS's database
    does not answer, DataError when the view cannot be read. No message holds the address: it has a password.
    """
    if not dsn:
        raise SettingError("no address of the LMS's database; set LMS_DATABASE_URL, or give --dsn")
    address = secured("LMS_DATABASE_URL", dsn)
    try:
        with contextlib.closing(psycopg2.connect(address, options=PATIENCE, connect_timeout=10)) as database:
            database.set_session(readonly=True)
            return _read(database, view)
    except psycopg2.OperationalError:
        raise OperatorError(f"view {view}: the LMS's database does not answer; look at LMS_DATABASE_URL") from None
    except psycopg2.Error as error:
        raise DataError(f"view {view}: {_line(error)}; look at --view and the account's rights") from None


def _read(database: Any, view: str) -> Source:
    with database, database.cursor() as on:
        on.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*view.split("."))))
        header = tuple(column.name for column in on.description)
        return Source(f"view {view}", header, _rows(header, on.fetchall()))


def _rows(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Iterator[Row]:
    for number, values in enumerate(rows, start=1):
        yield f"row {number}", {name: _word(value) for name, value in zip(header, values, strict=True)}


def _word(value: object) -> str:
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    return "" if value is None else str(value)


def _line(error: psycopg2.Error) -> str:
    return (str(error).strip().splitlines() or ["it cannot be read"])[0]
