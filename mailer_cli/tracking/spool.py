"""Hits in files of JSON lines, which `mailer events pull` takes."""

import fcntl
import json
import os
from pathlib import Path
from uuid import uuid4

from infra.logo.endpoint import Hit, HitLost
from jobdb.errors import SettingError

MOST_HITS = 1000  # in a file
COMPACT = json.JSONEncoder(separators=(",", ":"))
UNFINISHED, FINISHED = ".part", ".jsonl"


class Spool:
    """A folder of hits: `keep` appends to `<name>.part`, `finish` makes it `<name>.jsonl`, which the reader removes.

    One spool writes to a folder at a time. Each line is handed to the system before `keep` returns, so a killed
    process loses none; an unsubscribe is on the disk by then, so that a power cut loses none of those.
    """

    def __init__(self, folder: Path) -> None:
        """Lock the folder and finish what a killed server left; SettingError when it cannot be written or is taken."""
        self._folder = folder
        self._file: int | None = None
        self._size = self._hits = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder / ".lock")
            self._finish_leftovers()
        except BlockingIOError:
            raise SettingError(f"{folder}: another server writes its hits there; stop it, or give --hits") from None
        except OSError as error:
            raise SettingError(f"{folder}: {error.strerror}; give a folder for the hits that can be written") from error

    def keep(self, hit: Hit) -> None:
        """Append a hit; HitLost when the disk does not take it, and then nothing of it is in the file."""
        line = COMPACT.encode(hit).encode() + b"\n"
        try:
            self._append(self._open(), line)
            if hit["hit"] == "unsubscribe":
                self._reach_disk()
            if self._hits >= MOST_HITS:
                self.finish()
        except OSError as error:
            raise HitLost(f"the spool: {error.strerror}") from error

    def finish(self) -> None:
        """Make what was kept since the last time a finished file, if there is any; OSError when the disk refuses."""
        if self._file is None:
            return
        self._path.rename(self._path.with_suffix(FINISHED))
        os.close(self._file)
        self._file, self._size, self._hits = None, 0, 0

    def close(self) -> None:
        """Finish, and leave the folder to the next server."""
        self.finish()
        os.close(self._lock)

    def _open(self) -> int:
        if self._file is None:
            self._path = self._folder / f"{uuid4().hex}{UNFINISHED}"
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        return self._file

    def _append(self, file: int, line: bytes) -> None:
        written = os.write(file, line)
        if written < len(line):
            os.ftruncate(file, self._size)
            raise OSError(None, "the disk is full")
        self._size += written
        self._hits += 1

    def _reach_disk(self) -> None:
        """Have the disk hold the file and its name."""
        assert self._file is not None
        os.fsync(self._file)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _finish_leftovers(self) -> None:
        for left in self._folder.glob(f"*{UNFINISHED}"):
            left.rename(left.with_suffix(FINISHED))


def _locked(path: Path) -> int:
    """Return a file descriptor that holds the lock while it is open; BlockingIOError when another holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
