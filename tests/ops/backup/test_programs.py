"""pg_dump of the server's version or newer, never older; no password where others can see it."""

import os

import pytest

from jobdb.errors import SettingError
from ops.backup.programs import find_programs
from ops.backup.settings import BackupError

ADDRESS = "postgresql://jobs:s3cr%3Fet@127.0.0.1:1/jobs?sslmode=disable"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A system with programs of several versions, and none else."""

    def installed(*majors: int, script: str = "exit 0") -> None:
        for major in majors:
            folder = tmp_path / str(major) / "bin"
            folder.mkdir(parents=True)
            for name in ("pg_dump", "pg_restore"):
                version = f"[ $1 = --version ] && echo '{name} (PostgreSQL) {major}.2 (Debian)' && exit"
                (folder / name).write_text(f"#!/bin/sh\n{version}\n{script}\n")
                (folder / name).chmod(0o755)
        monkeypatch.setattr(
            "ops.backup.programs.folders", lambda: (tmp_path / name / "bin" for name in ("13", "15", "16", "18"))
        )
        monkeypatch.setenv("PATH", "/bin")
        monkeypatch.setattr("ops.backup.programs.shutil.which", lambda name: None)

    return installed


@pytest.mark.parametrize(("server", "taken"), [(15, 15), (16, 16), (17, 18), (18, 18)])
def test_the_server_s_version_is_taken_or_the_next(installed, server, taken):
    installed(13, 15, 16, 18)
    assert find_programs(server).major == taken


def test_older_programs_are_refused_with_the_remedy(installed):
    installed(15, 16)
    with pytest.raises(BackupError, match=r"PostgreSQL 17 .*only 15 in .*install postgresql-client-17.*JOB_PG_BIN"):
        find_programs(17)


def test_none_at_all(installed):
    installed()
    with pytest.raises(BackupError, match="none found"):
        find_programs(17)


def test_an_operator_s_folder_is_the_only_one(installed, tmp_path):
    installed(15, 18)
    assert find_programs(15, {"JOB_PG_BIN": str(tmp_path / "18" / "bin")}).major == 18
    with pytest.raises(BackupError, match="only 15"):
        find_programs(18, {"JOB_PG_BIN": str(tmp_path / "15" / "bin")})


def test_the_password_is_in_no_argument(installed):
    installed(18, script='echo "$@"; echo "$PGPASSWORD"')
    arguments, password = find_programs(18).run("pg_dump", ADDRESS, "--format=custom").splitlines()
    assert password == "s3cr?et"
    assert "s3cr" not in arguments
    assert arguments.endswith("--format=custom")
    assert "--no-password" in arguments
    assert "sslmode=disable" in arguments


def test_the_surroundings_reach_the_program(installed, monkeypatch):
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ours.crt")
    installed(18, script='echo "$PGSSLROOTCERT"')
    assert find_programs(18).run("pg_dump", ADDRESS) == "/etc/ours.crt\n"
    assert "PGPASSWORD" not in os.environ


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("pg_restore: error: could not execute query: hong@example.com\nDETAIL: Key (email)=(x)", "query: (address)"),
        ("warning: something\npg_restore: error: no room", "failed: no room"),
        ("killed", "failed: killed"),
        ("", "failed: it said nothing"),
    ],
)
def test_a_failure_is_one_line_without_a_row(installed, said, told):
    installed(18, script=f"echo '{said}' >&2; exit 1" if said else "exit 1")
    with pytest.raises(BackupError) as raised:
        find_programs(18).run("pg_restore", ADDRESS)
    assert told in str(raised.value)
    assert "DETAIL" not in str(raised.value)


def test_a_program_that_ends_before_its_input_tells_why(installed):
    installed(18, script="echo 'pg_restore: error: not for me' >&2; exit 1")
    with pytest.raises(BackupError, match="not for me"), find_programs(18).feeding("pg_restore", ADDRESS) as into:
        into.write(b"x" * 10_000_000)


def test_an_address_without_a_database_is_refused(installed):
    installed(18)
    with pytest.raises(SettingError, match="names no database"):
        find_programs(18).run("pg_dump", "postgresql://jobs@127.0.0.1")
