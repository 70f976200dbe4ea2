"""What a backup holds, in one JSON file that is written last: a folder without one is no backup."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jobdb.clock import KST
from jobdb.errors import DataError
from ops.backup.dumps import PEOPLE, POSTINGS
from ops.backup.files import BackupFile
from ops.backup.parts import Table

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}-[0-9a-f]{4}")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup as its manifest tells it; times are KST."""

    name: str
    created_at: datetime
    kind: str  # of the postings: real, made-up, none
    commit: str | None  # None: made outside a checkout
    changed: tuple[str, ...]  # tracked files that differed from the commit
    server: int  # server_version_num, like 180004
    dumped_by: int  # major version of pg_dump
    schema: tuple[str, ...]  # applied migrations
    recipients: tuple[str, ...]  # age public keys that open the people's part
    rows: dict[str, dict[str, int]]  # part -> table -> rows
    files: tuple[BackupFile, ...]

    @property
    def place(self) -> str:
        """Return where it lies below a folder or prefix."""
        return place(self.name, self.created_at)

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def has_people(self) -> bool:
        """Tell whether the people's part was made."""
        return any(file.name == PEOPLE for file in self.files)

    @property
    def major(self) -> int:
        """Return the server's major version, like 18."""
        return self.server // 10000


def named(now: datetime, mark: str) -> str:
    """Return a backup's name, unlike any other's by its mark: 2026-11-22T120000-3fa9 (KST)."""
    return f"{now.astimezone(KST):%Y-%m-%dT%H%M%S}-{mark}"


def place(name: str, created_at: datetime) -> str:
    """Return where a backup lies below a folder or prefix, by ISO year and week in Korea: 2026/W47/<name>."""
    year, week, _ = created_at.astimezone(KST).isocalendar()
    return f"{year}/W{week:02}/{name}"


def rows_by_name(rows: Mapping[Table, int], chosen: tuple[Table, ...]) -> dict[str, int]:
    """Return the counts of some tables as the manifest writes them."""
    return {str(table): rows[table] for table in chosen}


def as_text(manifest: Manifest) -> str:
    """Return a manifest as JSON."""
    values = asdict(manifest) | {"created_at": manifest.created_at.isoformat(), "format": FORMAT}
    return json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_text(text: str, origin: str) -> Manifest:
    """Return the manifest that a text holds. Raises DataError that names where it came from."""
    try:
        values: dict[str, Any] = json.loads(text)
        if values.pop("format") != FORMAT:
            raise DataError(f"{origin}: written by another version of this program; use that one")
        files = tuple(BackupFile(**file) for file in values.pop("files"))
        created_at = datetime.fromisoformat(values.pop("created_at"))
        values |= {name: tuple(values[name]) for name in ("changed", "schema", "recipients")}
        manifest = Manifest(created_at=created_at, files=files, **values)
        names = [file.name for file in files]
        safe = NAME.fullmatch(manifest.name) and all(map(FILE_NAME.fullmatch, names)) and POSTINGS in manifest.rows
    except (ValueError, KeyError, TypeError, AttributeError):
        safe = None
    if not safe:
        raise DataError(f"{origin} is no manifest of a backup")
    return manifest


@dataclass(frozen=True, slots=True)
class Listing:
    """The backups of a place, the oldest first, and what is wrong with manifests that cannot be read."""

    manifests: tuple[Manifest, ...]
    unreadable: tuple[str, ...]


def read_all(found: Iterable[tuple[str, bytes]]) -> Listing:
    """Return what manifests tell, of pairs of origin and content: one that is damaged does not hide the others."""
    manifests, unreadable = [], []
    for origin, content in found:
        try:
            manifests.append(read_text(content.decode(errors="replace"), origin))
        except DataError as error:
            unreadable.append(str(error))
    return Listing(tuple(sorted(manifests, key=lambda one: one.name)), tuple(unreadable))


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup's folder. Raises DataError."""
    path = folder / MANIFEST
    try:
        return read_text(path.read_bytes().decode(errors="replace"), str(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
