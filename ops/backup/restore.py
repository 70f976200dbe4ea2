"""Home again: a backup into an empty database, every table counted against the manifest."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyrage.x25519 import Identity

from jobdb import db
from jobdb.errors import DataError
from ops.backup.dumps import PEOPLE, POSTINGS
from ops.backup.files import finding
from ops.backup.keys import decrypt
from ops.backup.manifest import Manifest, rows_by_name
from ops.backup.moment import counted, migrations, tables
from ops.backup.parts import parted
from ops.backup.programs import Programs, find_programs
from ops.backup.settings import BackupError

if TYPE_CHECKING:
    from psycopg2.extensions import connection

# The servers of a backup may have other accounts than the server it returns to; each step is done whole or not at all.
STEP = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction")

TIMED = 17  # from this major on, pg_restore sets transaction_timeout, which older servers do not know


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, every table counted and equal to the manifest."""

    tables: int
    rows: int
    with_people: bool


def restore(manifest: Manifest, folder: Path, address: str, keys: Sequence[Identity]) -> Restored:
    """Restore a backup into an empty database; without keys, without the people's rows.

    Raises DataError when the database is not empty, a file is damaged (its name is told), or what came back is not
    what the manifest counted; BackupError when the programs or the server are too old, or refuse.
    """
    with contextlib.closing(db.open_database(address)) as database:
        with database, database.cursor() as on:
            if found := tables(on):
                raise DataError(f"the database has tables ({found[0]} …); restore into an empty one, under a new name")
        return _restore(manifest, folder, address, keys, database)


def _restore(
    manifest: Manifest, folder: Path, address: str, keys: Sequence[Identity], database: "connection"
) -> Restored:
    programs = _programs(manifest, database.server_version // 10000)
    wanted = [file for file in manifest.files if file.name == POSTINGS or (file.name == PEOPLE and keys)]
    if wrong := [found for file in wanted if (found := finding(folder, file))]:
        raise DataError("\n".join(wrong))
    with_people = manifest.has_people and bool(keys)
    _load(programs, folder, address, keys if with_people else ())
    return _compared(manifest, database, with_people)


def _programs(manifest: Manifest, server: int) -> Programs:
    if server < manifest.major:
        raise BackupError(f"the backup is of PostgreSQL {manifest.major} and the server is {server}; take a newer one")
    programs = find_programs(max(server, manifest.dumped_by))
    if server < TIMED <= programs.major:
        raise BackupError(
            f"pg_restore {programs.major} does not restore into PostgreSQL {server}; "
            f"install postgresql-client-{server}, or take a server of PostgreSQL {TIMED} or newer"
        )
    return programs


def _load(programs: Programs, folder: Path, address: str, keys: Sequence[Identity]) -> None:
    """Load tables, rows, then what binds them: keys across the two parts are made when both are there."""
    postings = str(folder / POSTINGS)
    for section in ("pre-data", "data"):
        _step(POSTINGS, programs, address, f"--section={section}", postings)
    if keys:
        with _named(PEOPLE), programs.feeding("pg_restore", address, *STEP, "--data-only") as rows:
            decrypt(folder / PEOPLE, rows, keys)
    _step(POSTINGS, programs, address, "--section=post-data", postings)


def _step(name: str, programs: Programs, address: str, *arguments: str) -> None:
    with _named(name):
        programs.run("pg_restore", address, *STEP, *arguments)


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        raise DataError(f"{name}: {error}; what came back is not whole: do not use it") from None


def _compared(manifest: Manifest, database: "connection", with_people: bool) -> Restored:
    with database, database.cursor() as on:
        on.execute("ANALYZE")
        parts = parted(tables(on))
        rows = {POSTINGS: rows_by_name(counted(on, parts.postings), parts.postings)}
        if with_people:
            rows[PEOPLE] = rows_by_name(counted(on, parts.people), parts.people)
        wrong = [line for name in rows for line in _differences(name, manifest.rows[name], rows[name])]
        if (schema := migrations(on)) != manifest.schema:
            wrong.append(f"{POSTINGS}: the schema is {schema[-1]}, not {manifest.schema[-1]}")
    if wrong:
        raise DataError("\n".join(wrong))
    return Restored(sum(map(len, rows.values())), sum(sum(part.values()) for part in rows.values()), with_people)


def _differences(name: str, wanted: dict[str, int], got: dict[str, int]) -> list[str]:
    return [
        f"{name}: {table} has {got.get(table, 0):,} rows, not {wanted.get(table, 0):,}"
        for table in sorted(wanted.keys() | got.keys())
        if got.get(table) != wanted.get(table)
    ]
