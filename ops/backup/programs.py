"""pg_dump and pg_restore: found in the version that a server needs, and run without a password on a command line."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from psycopg2.extensions import make_dsn, parse_dsn

from jobdb.errors import SettingError
from jobdb.masking import without_addresses
from jobdb.pgbinaries import PgBinaries, folders
from ops.backup.settings import BackupError

SECRETS = ("password", "sslpassword")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with pg_dump and pg_restore, and their major version."""

    binaries: PgBinaries
    major: int

    def reading(self, program: str, address: str, *arguments: str) -> "contextlib.AbstractContextManager[IO[bytes]]":
        """Run a program on a database while the block reads what it prints. Raises BackupError with its words."""
        return self._running(program, [*_target(address), *arguments], address, stdout=subprocess.PIPE)

    def feeding(self, program: str, address: str, *arguments: str) -> "contextlib.AbstractContextManager[IO[bytes]]":
        """Run a program on a database (with "": on none) while the block writes its input. Raises BackupError."""
        return self._running(program, [*_target(address), *arguments], address, stdin=subprocess.PIPE)

    def run(self, program: str, address: str, *arguments: str) -> str:
        """Run a program on a database (with "": on none) and return what it prints. Raises BackupError."""
        with self._running(program, [*_target(address), *arguments], address, stdout=subprocess.PIPE) as printed:
            return printed.read().decode(errors="replace")

    @contextlib.contextmanager
    def _running(self, program: str, arguments: list[str], address: str, **pipe: Any) -> Iterator[IO[bytes]]:
        command = [str(self.binaries.folder / program), *arguments]
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL} | pipe
        with tempfile.TemporaryFile() as said:  # a pipe that nobody reads meanwhile would fill up and stop the program
            with subprocess.Popen(command, stderr=said, env=self._environment(address), **streams) as child:
                stream = child.stdin or child.stdout
                assert stream
                try:
                    with contextlib.suppress(BrokenPipeError):  # it ended before its input did: its own words say why
                        yield stream
                        stream.close()
                except BaseException:
                    child.kill()
                    raise
            if child.returncode:
                raise BackupError(f"{program} failed: {_first_words(said)}")

    def _environment(self, address: str) -> dict[str, str]:
        password = parse_dsn(address).get("password") if address else None
        return self.binaries.environment() | ({"PGPASSWORD": password} if password else {}) | {"LC_MESSAGES": "C"}


def find_programs(major: int, environment: Mapping[str, str] = os.environ) -> Programs:
    """Return pg_dump and pg_restore of a server's major version, or of the next newer one that is here.

    JOB_PG_BIN names the one folder to look in. Raises BackupError when they are missing or older: an older pg_dump does
    not know what a newer server keeps.
    """
    named = environment.get("JOB_PG_BIN")
    found = []
    for folder in [Path(named)] if named else _everywhere():
        one = _look(folder)
        if one and one.major == major:
            return one
        found += [one] if one else []
    if newer := [one for one in found if one.major > major]:
        return min(newer, key=lambda one: one.major)
    older = ", ".join(f"only {one.major} in {one.binaries.folder}" for one in found)
    raise BackupError(
        f"the server is PostgreSQL {major} and its pg_dump and pg_restore are not here ({older or 'none found'}); "
        f"install postgresql-client-{major}, or name their folder in JOB_PG_BIN"
    )


def _everywhere() -> Iterator[Path]:
    yield from folders()
    if found := shutil.which("pg_dump"):
        yield Path(found).parent


def _look(folder: Path) -> Programs | None:
    binaries = PgBinaries(folder)
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return Programs(binaries, min(binaries.major("pg_dump"), binaries.major("pg_restore")))
    return None


def _target(address: str) -> list[str]:
    if not address:
        return []
    parts = parse_dsn(address)
    if "dbname" not in parts:
        raise SettingError("the address names no database; write it like postgresql://user@host:5432/database")
    kept = {name: value for name, value in parts.items() if name not in SECRETS}
    return ["--no-password", f"--dbname={make_dsn(**kept)}"]


def _first_words(said: IO[bytes]) -> str:
    """Return the line that tells why a program failed; what follows it may quote a row, and a row may be a person's."""
    said.seek(0)
    lines = said.read(65536).decode(errors="replace").splitlines()
    telling = [line for line in lines if "error:" in line.lower()] or lines[-1:] or ["it said nothing"]
    return without_addresses(telling[0].partition("error: ")[2] or telling[0])
