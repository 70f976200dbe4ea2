"""The way to the database: DATABASE_URL, or the embedded server; a schema out of date is refused."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

from jobdb import embedded
from jobdb.errors import DatabaseError, first_line
from jobdb.place import packed
from jobdb.secret import secret
from jobdb.transport import secured

if TYPE_CHECKING:
    from psycopg2.extensions import connection

MIGRATIONS = Path(__file__).parent / "migrations"
SETTING = "DATABASE_URL"
MIGRATE = "run `make migrate` (or `python -m jobdb migrate`)"


def url(own: str = "") -> str:
    """Return DATABASE_URL, or the address of the embedded server, which is started when it is down.

    `own` names the setting of an account with fewer rights, which goes before DATABASE_URL where it is set.
    Raises SettingError when a server on another machine is not asked to prove its name (`transport.secured`).
    """
    for setting in filter(None, (own, SETTING)):
        if address := secret(setting):
            return secured(setting, address)
    return embedded.start()


def connect(own: str = "") -> "connection":
    """Open a connection whose sessions speak KST, as the account of `url(own)`.

    Raises DatabaseError when the server cannot be reached or the schema is not this program's.
    """
    database = open_database(url(own))
    try:
        check_schema(database)
    except DatabaseError:
        database.close()
        raise
    return database


def open_database(address: str) -> "connection":
    """Open a connection without looking at the schema; DatabaseError says who did not answer."""
    try:
        return psycopg2.connect(secured(SETTING, address), options="-c timezone=Asia/Seoul", connect_timeout=10)
    except psycopg2.OperationalError as error:
        reason = first_line(error)
        raise DatabaseError(f"the database does not answer: {reason}; check DATABASE_URL and the server") from None


def check_schema(database: "connection") -> None:
    """Raise DatabaseError unless exactly this program's migrations have been applied."""
    with database, database.cursor() as cursor:
        cursor.execute("SELECT to_regclass('_yoyo_migration')")
        if cursor.fetchone() == (None,):
            raise DatabaseError(f"the database is empty; {MIGRATE}")
        cursor.execute("SELECT migration_id FROM _yoyo_migration")
        applied = {name for (name,) in cursor.fetchall()}
    files = [file.name for file in packed("jobdb", "migrations").iterdir()]
    ours = {name.removesuffix(".sql") for name in files if name.endswith(".sql")}
    if missing := ours - applied:
        raise DatabaseError(f"the database lacks {', '.join(sorted(missing))}; {MIGRATE}")
    if newer := applied - ours:
        raise DatabaseError(f"the database has {', '.join(sorted(newer))}, which this program does not know; update it")


def migrate(address: str) -> list[str]:
    """Apply the migrations that are missing, each in its own transaction, and return their names."""
    import yoyo  # heavy, and needed here alone

    address = secured(SETTING, address)
    open_database(address).close()  # says in one line what yoyo says in forty
    backend = yoyo.get_backend(address)
    with contextlib.closing(backend.connection), backend.lock():
        missing = backend.to_apply(yoyo.read_migrations(str(MIGRATIONS)))
        backend.apply_migrations(missing)
    return [migration.id for migration in missing]
