"""What the tests of backups share: a school with rows in it, `mailer backup`, and databases to restore into."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from click.testing import CliRunner, Result

from mailer_cli.cli import mailer
from ops.backup.keys import make_key
from tests.conftest import OURS, renamed, run
from tests.mailer_cli.samples import ROOT, SLOT
from tests.mailer_cli.school import School

SUNDAY = "2026-11-22T12:00"
ADDRESS = "hong-gildong@example.com"


class Backups:
    """Runs `mailer backup` with a folder and a key of its own."""

    def __init__(self, school: School, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.school, self.folder, self.key = school, folder / "backups", folder / "job-mail.key"
        self.monkeypatch = monkeypatch
        self.recipient = make_key(self.key, SLOT)
        self.config = folder / "config"
        self.config.mkdir()
        for path in (ROOT / "config").glob("*.toml"):
            (self.config / path.name).write_text(path.read_text())
        monkeypatch.setenv("JOB_CONFIG_DIR", str(self.config))
        monkeypatch.setenv("BACKUP_FOLDER", str(self.folder))
        monkeypatch.setenv("JOB_CLOCK", SUNDAY)
        self.set("recipients = []", f'recipients = ["{self.recipient}"]')

    def set(self, old: str, new: str) -> None:
        """Edit backup.toml as an operator does."""
        path = self.config / "backup.toml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(mailer, ["backup", *words])
        assert result.exit_code == code, result.output
        return result

    def made(self) -> list[Path]:
        """The folders of complete backups, the oldest first."""
        return sorted(path.parent for path in self.folder.glob("*/*/*/manifest.json"))

    def manifest(self) -> dict:
        """The newest backup's manifest."""
        return json.loads((self.made()[-1] / "manifest.json").read_text())


@contextlib.contextmanager
def another(address: str) -> Iterator[str]:
    """The address of an empty database beside the test's; it is dropped afterwards."""
    name = f"restored_{OURS}"
    run(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    try:
        yield renamed(address, name)
    finally:
        run(address, f"DROP DATABASE {name} WITH (FORCE)")


def rows(address: str, question: str) -> list[tuple]:
    """What a database answers."""
    with contextlib.closing(psycopg2.connect(address)) as database, database, database.cursor() as on:
        on.execute(question)
        return on.fetchall()


def databases(address: str) -> set[str]:
    """The names of this test's databases; the server has those of other tests too."""
    return {name for (name,) in rows(address, f"SELECT datname FROM pg_database WHERE datname LIKE '%{OURS}'")}
