"""The two dumps of one moment: the whole schema with the postings' rows, and the people's rows, encrypted."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.backup.files import BackupFile, Measured, Moved, written
from ops.backup.keys import encrypt
from ops.backup.moment import Moment
from ops.backup.programs import Programs
from ops.backup.settings import BackupError

POSTINGS, PEOPLE = "postings.dump", "people.dump.age"
MAGIC = b"PGDMP"  # a custom dump begins so; once it is encrypted nobody can look
# A migration that holds a table for longer than this (milliseconds) fails the backup: one that waits is never noticed.
PATIENCE = "--lock-wait-timeout=600000"


def dump_postings(programs: Programs, address: str, at: Moment, folder: Path, moved: Moved) -> BackupFile:
    """Write the whole schema, and the rows of every table that is no person's. Raises BackupError."""
    without = [f"--exclude-table-data={table.pattern()}" for table in at.parts.people + at.parts.passing]

    def fill(into: Measured) -> None:
        with _dumping(programs, address, at, *without) as printed:
            into.copy(printed)

    return written(folder / POSTINGS, fill, moved)


def dump_people(
    programs: Programs, address: str, at: Moment, folder: Path, recipients: Sequence[str], moved: Moved
) -> BackupFile:
    """Write the people's rows, which touch the disk encrypted only. Raises BackupError."""
    chosen = [f"--table={table.pattern()}" for table in at.parts.people]

    def fill(into: Measured) -> None:
        with _dumping(programs, address, at, "--data-only", *chosen) as printed:
            encrypt(printed, into, recipients)

    return written(folder / PEOPLE, fill, moved)


@contextlib.contextmanager
def _dumping(programs: Programs, address: str, at: Moment, *arguments: str) -> Iterator[io.BufferedReader]:
    options = ("--format=custom", f"--snapshot={at.snapshot}", PATIENCE)
    with programs.reading("pg_dump", address, *options, *arguments) as printed:
        assert isinstance(printed, io.BufferedReader)
        beginning = printed.peek(len(MAGIC))
        yield printed
    if not beginning.startswith(MAGIC):
        raise BackupError("pg_dump printed no dump")
