"""Is a backup whole? Every file's bytes, what the dumps say they hold, and whether the archives open."""

import re
import tarfile
from collections.abc import Sequence
from pathlib import Path

from pyrage.x25519 import Identity

from jobdb.errors import OperatorError
from ops.backup.dumps import PEOPLE, POSTINGS
from ops.backup.files import finding
from ops.backup.keys import HEADER, decrypt
from ops.backup.manifest import Manifest
from ops.backup.programs import Programs, find_programs
from ops.backup.revision import CODE, SETTINGS

ENTRY = re.compile(r"^\d+; \d+ \d+ TABLE DATA (\S+) (\S+) ", re.MULTILINE)


def findings(manifest: Manifest, folder: Path, keys: Sequence[Identity] = ()) -> list[str]:
    """Return what is wrong with a backup, a line for each file; the people's rows are read with their keys alone.

    Raises BackupError when pg_restore is missing or older than the dumps.
    """
    programs = find_programs(manifest.dumped_by)
    found = []
    for file in manifest.files:
        wrong = finding(folder, file) or _content(file.name, manifest, folder, programs, keys)
        if wrong:
            found.append(wrong)
    return found + [f"{name} is not in the manifest" for name in _lacking(manifest)]


def _lacking(manifest: Manifest) -> list[str]:
    return sorted({POSTINGS, CODE, SETTINGS, *manifest.rows} - {file.name for file in manifest.files})


def _content(name: str, manifest: Manifest, folder: Path, programs: Programs, keys: Sequence[Identity]) -> str | None:
    try:
        if name == POSTINGS:
            return _lists(name, manifest, programs.run("pg_restore", "", "--list", str(folder / name)))
        if name == PEOPLE:
            return _people(folder / name, programs, keys)
        return _archive(folder / name)
    except OperatorError as error:
        return f"{name}: {error}"


def _lists(name: str, manifest: Manifest, listed: str) -> str | None:
    held = {table if schema == "public" else f"{schema}.{table}" for schema, table in ENTRY.findall(listed)}
    missing = sorted(manifest.rows[name].keys() - held)
    return f"{name} lacks the rows of {', '.join(missing)}" if missing else None


def _people(path: Path, programs: Programs, keys: Sequence[Identity]) -> str | None:
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            return f"{path.name} is not encrypted with age"
    if keys:  # as a script, which nobody reads: every row of it is decrypted and unpacked
        with programs.feeding("pg_restore", "", "--file=-") as script:
            decrypt(path, script, keys)
    return None


def _archive(path: Path) -> str | None:
    try:
        with tarfile.open(path, mode="r:gz") as archive:
            return None if sum(1 for _ in archive) else f"{path.name} is empty"
    except (tarfile.TarError, OSError, EOFError) as error:
        return f"{path.name} does not open: {error}"
