"""The files of a backup: written, measured on the way, and looked over again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 1 << 20  # bytes

Moved = Callable[[str, int], None]  # told of each piece: the file's name, how many bytes


def silently(_name: str, _bytes: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file as the manifest knows it; size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class Measured:
    """A file that is being written, for whoever takes an object with write()."""

    def __init__(self, file: IO[bytes], name: str, moved: Moved) -> None:
        self._file, self._name, self._moved = file, name, moved
        self._hash, self._size = hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write a piece and count it."""
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)
        self._moved(self._name, len(data))
        return len(data)

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        self._file.flush()

    def copy(self, source: IO[bytes]) -> None:
        """Write all that a source still has."""
        while piece := source.read(CHUNK):
            self.write(piece)

    def done(self) -> BackupFile:
        """Return what was written."""
        return BackupFile(self._name, self._size, self._hash.hexdigest())


def written(path: Path, fill: Callable[[Measured], None], moved: Moved) -> BackupFile:
    """Make a file by what `fill` writes, and return its measures; only its owner may read it."""
    with path.open("xb") as file:
        path.chmod(0o600)
        measured = Measured(file, path.name, moved)
        fill(measured)
    return measured.done()


def finding(folder: Path, expected: BackupFile) -> str | None:
    """Return what is wrong with a file, in one line that begins with its name, or None."""
    path = folder / expected.name
    if not path.is_file():
        return f"{expected.name} is missing"
    if (size := path.stat().st_size) != expected.size:
        return f"{expected.name} has {size:,} bytes, not {expected.size:,}"
    with path.open("rb") as file:
        same = hashlib.file_digest(file, "sha256").hexdigest() == expected.sha256
    return None if same else f"{expected.name} is not what was written: its SHA-256 differs"
