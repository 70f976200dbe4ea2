"""Backups in a folder of this machine, by ISO year and week: <folder>/2026/W47/<name>/."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from ops.backup.manifest import MANIFEST, Listing, Manifest, as_text, read_all
from ops.backup.settings import BackupError

UNFINISHED = ".part"


class Folder:
    """A place for backups."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def listing(self) -> Listing:
        """Return all backups."""
        found = [path for path in self.path.glob(f"*/*/*/{MANIFEST}") if path.parent.suffix != UNFINISHED]
        return read_all((str(path), path.read_bytes()) for path in found)

    @contextlib.contextmanager
    def fetched(self, manifest: Manifest) -> Iterator[Path]:
        """Lend the backup's folder."""
        yield self.path / manifest.place

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other backups out, and clear away what interrupted ones left. Raises BackupError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(f"another backup into {self.path} is under way; wait for it") from None
            for leftover in self.path.glob(f"*/*/*{UNFINISHED}"):
                shutil.rmtree(leftover)
            yield

    @contextlib.contextmanager
    def begun(self, place: str) -> Iterator[Path]:
        """Lend a folder for a backup's files; it is gone unless the block finishes it by `finish`."""
        part = self.path / f"{place}{UNFINISHED}"
        part.mkdir(mode=0o700, parents=True)
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def finish(self, part: Path, manifest: Manifest) -> Path:
        """Write the manifest and give the folder its name: from now on it is a backup."""
        path = part / MANIFEST
        path.write_text(as_text(manifest), encoding="utf-8")
        path.chmod(0o600)
        return part.rename(self.path / manifest.place)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest so many backups; return the names of those removed."""
        old = self.listing().manifests[:-keep]
        for manifest in old:
            (self.path / manifest.place / MANIFEST).unlink()  # first: what is half removed is no backup
            shutil.rmtree(self.path / manifest.place)
        return [manifest.name for manifest in old]
