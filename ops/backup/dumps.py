"""The two dumps of one moment: the whole schema with the postings' rows, and the people's rows, encrypted."""

from collections.abc import Sequence
from pathlib import Path

from ops.backup.files import BackupFile, Measured, Moved, written
from ops.backup.keys import encrypt
from ops.backup.moment import Moment
from ops.backup.programs import Programs

POSTINGS, PEOPLE = "postings.dump", "people.dump.age"
# A migration that holds a table for longer than this (milliseconds) fails the backup: one that waits is never noticed.
PATIENCE = "--lock-wait-timeout=600000"


def dump_postings(programs: Programs, address: str, at: Moment, folder: Path, moved: Moved) -> BackupFile:
    """Write the whole schema, and the rows of every table that is no person's. Raises BackupError."""
    without = [f"--exclude-table-data={table.pattern()}" for table in at.parts.people + at.parts.passing]

    def fill(into: Measured) -> None:
        with programs.reading("pg_dump", address, *_options(at), *without) as printed:
            into.copy(printed)

    return written(folder / POSTINGS, fill, moved)


def dump_people(
    programs: Programs, address: str, at: Moment, folder: Path, recipients: Sequence[str], moved: Moved
) -> BackupFile:
    """Write the people's rows, which touch the disk encrypted only. Raises BackupError."""
    chosen = [f"--table={table.pattern()}" for table in at.parts.people]

    def fill(into: Measured) -> None:
        with programs.reading("pg_dump", address, *_options(at), "--data-only", *chosen) as printed:
            encrypt(printed, into, recipients)

    return written(folder / PEOPLE, fill, moved)


def _options(at: Moment) -> tuple[str, ...]:
    return "--format=custom", f"--snapshot={at.snapshot}", PATIENCE
