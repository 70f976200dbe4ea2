"""A private PostgreSQL that needs no installing: binaries from a wheel (or the system), data under var/postgres.

It listens on loopback with a generated password, survives the program that started it, and is joined by the next.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from jobdb.errors import DatabaseError
from jobdb.pgbinaries import Account, PgBinaries, account_for_server, find_binaries, reachable_copy
from jobdb.place import checkout

USER = "jobs"
START_TRIES = 6
OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=100 "
    "-c timezone=Asia/Seoul -c log_timezone=Asia/Seoul"
)


def home() -> Path:
    """Return the server's folder: JOB_POSTGRES_HOME, or var/postgres beside the packages.

    Raises DatabaseError inside an egg, which has no such folder: a server of its own would be another database.
    """
    if folder := os.environ.get("JOB_POSTGRES_HOME"):
        return Path(folder)
    if beside := checkout():
        return beside / "var" / "postgres"
    raise DatabaseError("an egg has no database beside it; set DATABASE_URL or JOB_POSTGRES_HOME where Scrapyd runs")


def database_name() -> str:
    """Return the database that programs use: JOB_POSTGRES_DATABASE, or `jobs`."""
    return os.environ.get("JOB_POSTGRES_DATABASE") or "jobs"


def start(folder: Path | None = None) -> str:
    """Start the server unless it runs, make the database, and return its URL.

    Raises DatabaseError when no binaries are found or the server does not come up; the text names the log.
    """
    server = Server(folder or home())
    with server.locked():
        if not server.answers():
            server.initialise()
            server.launch()
        server.ensure_database()
    return server.url(database_name())


def stop(folder: Path | None = None) -> bool:
    """Stop the server; return False when it was not running."""
    server = Server(folder or home())
    return server.answers() and server.run("pg_ctl", "-D", server.data, "-m", "fast", "-w", "stop") == 0


class Server:
    """The server of one folder: data/, password, port, server.log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.account: Account | None = account_for_server()

    def binaries(self) -> PgBinaries:
        """Return binaries of the data's major version that the server's account can execute."""
        version = self.data / "PG_VERSION"
        found = find_binaries(int(version.read_text()) if version.exists() else None)
        return reachable_copy(found, self.folder, self.account)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock, so that two programs never start the server at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(self.folder, self.account.uid, self.account.gid)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def run(self, program: str, *arguments: object) -> int:
        """Run one of PostgreSQL's programs as the server's account; its output goes to pg_ctl.log.

        A file, not a pipe: the server would inherit a pipe and keep it open for ever.
        """
        binaries = self.binaries()
        uid, gid = (self.account.uid, self.account.gid) if self.account else (None, None)
        with (self.folder / "pg_ctl.log").open("ab") as log:
            command = [str(binaries.folder / program), *map(str, arguments)]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=binaries.environment(), cwd="/",
                check=False, user=uid, group=gid, extra_groups=[] if self.account else None,
            )  # fmt: skip
        return done.returncode

    def port(self) -> int | None:
        """Return the running server's port as its postmaster.pid tells, or None."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[3])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def answers(self) -> bool:
        """Tell whether the server takes connections; a killed one leaves its pid file, even an open port, behind."""
        if self.port() is None or not self._lives():
            return False
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url("postgres"), connect_timeout=5).close()
            return True
        return False

    def _lives(self) -> bool:
        pid = (self.data / "postmaster.pid").read_text().split()[0]
        try:
            os.kill(int(pid), 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except ProcessLookupError:
            return False
        except (PermissionError, FileNotFoundError):
            return True  # another account's, or a system without /proc
        if state == "Z":  # killed, and not yet reaped by a slow init: pg_ctl would take it for alive
            (self.data / "postmaster.pid").unlink()
        return state != "Z"

    def url(self, database: str) -> str:
        """Return the URL of one of the server's databases."""
        password = (self.folder / "password").read_text()
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port()}/{database}"

    def initialise(self) -> None:
        """Make the data folder when there is none; an unfinished one is made anew."""
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        if self.account:
            os.chown(password, self.account.uid, self.account.gid)
        failed = self.run(
            "initdb", "-D", self.data, "-U", USER, "--pwfile", password, "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        if failed:
            raise DatabaseError(f"PostgreSQL could not make its data folder; read {self.folder / 'pg_ctl.log'}")

    def launch(self) -> None:
        """Start the server on the port it had, or on a free one."""
        log = self.folder / "server.log"
        for _ in range(START_TRIES):
            options = f"-p {self._free_port()} {OPTIONS}"
            if self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "-o", options, "start") == 0:
                return
            time.sleep(0.5)  # the children of a killed server need a moment to leave its memory
        raise DatabaseError(f"PostgreSQL did not start; read {log}")

    def ensure_database(self) -> None:
        """Create the database when it is missing."""
        server = psycopg2.connect(self.url("postgres"), connect_timeout=10)
        server.autocommit = True
        with contextlib.closing(server), server.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database_name(),))
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{database_name()}"')

    def _free_port(self) -> int:
        remembered = self.folder / "port"
        wanted = int(remembered.read_text()) if remembered.exists() else 0
        for port in (wanted, 0):
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
                free: int = probe.getsockname()[1]
                remembered.write_text(str(free))
                return free
        raise DatabaseError("no free port on 127.0.0.1")
