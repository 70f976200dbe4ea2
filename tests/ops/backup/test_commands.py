"""`mailer backup` in a folder: made whole or not at all, looked over, restored on trial, brought home."""

import contextlib
import json
import tarfile
from pathlib import Path

import psycopg2
import pytest

from ops.backup.folder import Folder
from ops.backup.programs import find_programs
from ops.backup.trial import scratch
from tests.conftest import OURS, run
from tests.ops.backup.backups import ADDRESS, Backups, another, databases, rows


def leftovers(backups: Backups) -> list[Path]:
    return [path for path in backups.folder.rglob("*") if path.is_file() and path.name != ".lock"]


def test_a_backup_is_made_listed_looked_over_and_restored_on_trial(backups: Backups, address: str):
    told = backups("run").output
    (folder,) = backups.made()
    assert folder.parent == backups.folder / "2026" / "W47"
    assert folder.name.startswith("2026-11-22T120000-")
    assert f"kept in {folder}" in told
    manifest = backups.manifest()
    assert (manifest["kind"], manifest["created_at"]) == ("none", "2026-11-22T12:00:00+09:00")
    assert manifest["rows"]["postings.dump"]["posting"] == 1
    assert manifest["rows"]["people.dump.age"]["student"] == 2

    (listed,) = json.loads(backups("list", "--json").stdout)
    assert listed["place"] == f"2026/W47/{folder.name}"
    assert folder.name in backups("list").output
    key = ("--identity", str(backups.key))
    assert "the people's rows were not read" in backups("verify").output
    assert "is whole: 4 files" in backups("verify", *key).output
    told = backups("restore-test", *key).output
    assert f"{sum(map(len, manifest['rows'].values()))} tables" in told
    assert databases(address) == {OURS}


def test_neither_people_nor_passwords_stand_in_the_clear(backups: Backups, address: str):
    told = backups("run").output
    password = psycopg2.extensions.parse_dsn(address)["password"]
    for path in leftovers(backups):
        content = path.read_bytes()
        for secret in (ADDRESS, "홍길동", password):
            assert secret.encode() not in content, path
        assert path.stat().st_mode & 0o077 == 0
    with tarfile.open(backups.made()[0] / "code.tar.gz") as code:
        names = code.getnames()
    assert "jobdb/migrations/0001_postings.sql" in names
    assert not [name for name in names if name.startswith((".env", "var/", ".venv")) and name != ".env.example"]
    assert password not in told


def test_without_a_key_nothing_is_made_unless_the_people_are_left_out(backups: Backups):
    backups.set(f'recipients = ["{backups.recipient}"]', "recipients = []")
    assert "`mailer backup new-key FILE` makes one" in backups("run", code=2).stderr
    assert leftovers(backups) == []
    assert "without the people" in backups("run", "--without-people").stderr
    assert {path.name for path in leftovers(backups)} == {
        "postings.dump", "code.tar.gz", "settings.tar.gz", "manifest.json",
    }  # fmt: skip
    backups("verify")
    assert "the people were left out" in backups("restore-test").stderr


@pytest.mark.parametrize(
    ("recipient", "told"),
    [("age1abc", "is no age public key"), ("AGE-SECRET-KEY-1ABC", "that is a secret key")],
)
def test_a_wrong_key_is_told_before_anything_is_written(backups: Backups, recipient, told):
    backups.set(backups.recipient, recipient)
    shown = backups("run", code=2).stderr
    assert told in shown
    assert recipient not in shown
    assert leftovers(backups) == []


def test_a_new_key_is_for_its_owner_alone_and_never_overwritten(backups: Backups, tmp_path: Path):
    path = tmp_path / "new.key"
    shown = backups("new-key", str(path))
    assert shown.stdout.startswith('recipients = ["age1')
    assert path.stat().st_mode & 0o077 == 0
    assert "AGE-SECRET-KEY-1" in path.read_text()
    assert "AGE-SECRET-KEY-1" not in shown.output
    assert "never overwritten" in backups("new-key", str(path), code=2).stderr


def test_running_again_makes_another_and_the_oldest_go(backups: Backups):
    backups.set("keep = 14", "keep = 2")
    for day in (15, 22, 29):
        backups.monkeypatch.setenv("JOB_CLOCK", f"2026-11-{day}T12:00")
        told = backups("run").output
    assert [folder.name[:10] for folder in backups.made()] == ["2026-11-22", "2026-11-29"]
    assert "removed from the folder: 2026-11-15T120000-" in told
    backups("run")
    assert "2 backups begin with" in backups("verify", "2026-11-29", code=3).stderr
    assert "no backup begins with" in backups("verify", "2026-11-22", code=3).stderr


FLIPPED, CUT, EMPTY, GONE = "flipped", "cut", "empty", "gone"


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({FLIPPED: flipped, CUT: content[:-1]}.get(how, b""))
    if how == GONE:
        path.unlink()


@pytest.mark.parametrize("name", ["postings.dump", "people.dump.age", "code.tar.gz", "settings.tar.gz"])
def test_a_damaged_file_is_named_and_nothing_is_restored(backups: Backups, address: str, name: str):
    backups("run")
    (folder,) = backups.made()
    whole = (folder / name).read_bytes()
    for how in (FLIPPED, CUT, EMPTY, GONE):
        damage(folder / name, how)
        told = backups("verify", code=3).stderr
        assert told.startswith(f"error: {name} ")
        if name.endswith((".dump", ".age")):
            told = backups("restore-test", "--identity", str(backups.key), code=3).stderr
            assert told.startswith(f"error: {name} ")
            assert databases(address) == {OURS}
        (folder / name).write_bytes(whole)
    backups("verify")


@pytest.mark.parametrize(
    ("part", "table", "told"),
    [
        ("postings.dump", "posting", "postings.dump: posting has 1 rows, not 2"),
        ("people.dump.age", "student", "people.dump.age: student has 2 rows, not 3"),
    ],
)
def test_a_dump_with_fewer_rows_than_were_counted_fails(backups: Backups, part, table, told):
    backups("run")
    manifest = backups.manifest()
    manifest["rows"][part][table] += 1
    (backups.made()[0] / "manifest.json").write_text(json.dumps(manifest))
    assert told in backups("restore-test", "--identity", str(backups.key), code=3).stderr


def test_a_backup_without_a_manifest_is_none(backups: Backups):
    backups("run")
    (folder,) = backups.made()
    (folder / "manifest.json").unlink()
    assert "holds no backup" in backups("verify", code=3).stderr


def test_a_damaged_manifest_is_told_and_hides_no_other_backup(backups: Backups):
    backups.set("keep = 14", "keep = 1")
    backups("run")
    (folder,) = backups.made()
    (folder / "manifest.json").write_text("{}")
    backups("run")  # the weekly backup goes on, and prunes what it knows
    whole = next(one for one in backups.made() if one != folder)
    listed = backups("list", code=3)
    assert whole.name in listed.stdout
    assert f"{folder / 'manifest.json'} is no manifest of a backup" in listed.stderr
    assert "name the backup that you mean" in backups("verify", code=3).stderr
    backups("verify", whole.name)


def test_an_interrupted_backup_leaves_nothing(backups: Backups, monkeypatch):
    def interrupt(name: str, _size: int) -> None:
        if name == "people.dump.age":
            raise KeyboardInterrupt

    monkeypatch.setattr("mailer_cli.commands.backup._moving", lambda: contextlib.nullcontext(interrupt))
    assert backups("run", code=130).stderr == "interrupted\n"
    assert leftovers(backups) == []


def test_what_a_killed_backup_left_is_no_backup_and_goes_with_the_next(backups: Backups):
    backups("run")
    (folder,) = backups.made()
    killed = folder.with_name("2026-11-22T130000-abcd.part")
    folder.rename(killed)
    assert "holds no backup" in backups("list").output
    backups("run")
    assert not killed.exists()


def test_two_backups_at_once_do_not_meet(backups: Backups):
    with Folder(backups.folder).locked():
        assert "is under way" in backups("run", code=2).stderr


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            'printf PGDMP; echo "pg_dump: error: query failed: server closed: a@b.kr" >&2; exit 1',
            "query failed: server",
        ),
        ("exit 0", "pg_dump printed no dump"),
        ("printf PGDMP", "postings.dump: pg_restore failed"),
    ],
)
def test_a_dump_that_fails_leaves_nothing(backups: Backups, monkeypatch, tmp_path, script, told):
    real = find_programs(18)
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "pg_restore").symlink_to(real.binaries.folder / "pg_restore")
    (folder / "pg_dump").write_text(
        f"#!/bin/sh\n[ $1 = --version ] && echo 'pg_dump (PostgreSQL) 18.4' && exit\n{script}\n"
    )
    (folder / "pg_dump").chmod(0o755)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(real.binaries.folder.parent / "lib"))
    monkeypatch.setenv("JOB_PG_BIN", str(folder))
    shown = backups("run", code=2).stderr
    assert told in shown
    assert "a@b.kr" not in shown
    assert leftovers(backups) == []


def test_a_full_disk_is_said_in_a_line(backups: Backups, monkeypatch):
    full = OSError(28, "No space left on device")

    def fail(name: str, _size: int) -> None:
        raise full

    monkeypatch.setattr("mailer_cli.commands.backup._moving", lambda: contextlib.nullcontext(fail))
    assert "No space left on device" in backups("run", code=2).stderr
    assert leftovers(backups) == []


def test_both_dumps_and_the_counts_are_of_one_moment(backups: Backups, address: str, monkeypatch):
    """A student and a posting that come while the first dump is written are in neither part."""
    late = []

    def come(name: str, _size: int) -> None:
        if not late:
            late.append(backups.school.posting())
            backups.school.student("late")

    monkeypatch.setattr("mailer_cli.commands.backup._moving", lambda: contextlib.nullcontext(come))
    backups("run")
    assert late
    manifest = backups.manifest()
    assert manifest["rows"]["people.dump.age"]["student"] == 2
    with another(address) as empty:
        backups("restore", "--to", empty, "--identity", str(backups.key))
        assert rows(empty, "SELECT count(*) FROM student UNION ALL SELECT count(*) FROM posting") == [(2,), (1,)]


def test_a_table_that_nobody_knows_is_kept_among_the_people(backups: Backups, address: str):
    backups.school.run("CREATE SCHEMA own")
    backups.school.run('CREATE TABLE own."Odd ""name" AS SELECT %s AS note', ADDRESS)
    backups("run")
    assert backups.manifest()["rows"]["people.dump.age"]['own.Odd "name'] == 1
    assert ADDRESS.encode() not in (backups.made()[0] / "postings.dump").read_bytes()
    backups("restore-test", "--identity", str(backups.key))


def test_a_restored_database_goes_on_where_the_backup_was(backups: Backups, address: str):
    """Keys across the parts hold, numbers go on, triggers guard, a lock of a migration is not brought along."""
    backups.school.run("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 4711)")
    backups("run")
    with another(address) as empty:
        told = backups("restore", "--to", empty, "--identity", str(backups.key)).output
        assert "mailer recover --adopt" in told
        with contextlib.closing(psycopg2.connect(empty)) as database, database.cursor() as on:
            on.execute("SELECT count(*) FROM edition_posting JOIN posting ON posting.id = posting_id")
            assert on.fetchall() == [(1,)]
            on.execute("SELECT count(*) FROM yoyo_lock")
            assert on.fetchall() == [(0,)]
            on.execute("INSERT INTO course (name, track, starts_on, ends_on) VALUES ('x', 'pm', now(), now())")
            with pytest.raises(psycopg2.errors.CheckViolation, match="may not go from planned to accepted"):
                on.execute("UPDATE delivery SET state = 'accepted'")
            database.rollback()
            with pytest.raises(psycopg2.errors.ForeignKeyViolation):
                on.execute("DELETE FROM posting")
        assert "has tables" in backups("restore", "--to", empty, "--identity", str(backups.key), code=3).stderr


def test_people_are_left_out_only_on_purpose(backups: Backups, address: str):
    backups("run")
    with another(address) as empty:
        assert "--without-people leaves them out" in backups("restore", "--to", empty, code=2).stderr
        backups("restore", "--to", empty, "--without-people")
        assert rows(empty, "SELECT count(*) FROM posting UNION ALL SELECT count(*) FROM student") == [(1,), (0,)]
        assert rows(empty, "SELECT server <> this_server() FROM home") == [(True,)]


def test_another_key_opens_nothing(backups: Backups, tmp_path: Path, address: str):
    backups("run")
    backups("new-key", str(tmp_path / "other.key"))
    told = backups("restore-test", "--identity", str(tmp_path / "other.key"), code=3).stderr
    assert "people.dump.age cannot be decrypted (No matching keys found)" in told
    assert databases(address) == {OURS}
    (tmp_path / "none.key").write_text(f"# {ADDRESS}\nsecret\n")
    told = backups("verify", "--identity", str(tmp_path / "none.key"), code=2).stderr
    assert "holds no age secret key" in told
    assert "secret\n" not in told


def test_a_fetched_folder_is_restored_by_its_path(backups: Backups, tmp_path: Path):
    backups("run")
    fetched = backups.made()[0].rename(tmp_path / "fetched")
    assert "is whole" in backups("verify", str(fetched)).output
    assert "restored on trial" in backups("restore-test", str(fetched), "--identity", str(backups.key)).output


def test_an_account_that_may_not_read_everything_makes_no_backup(backups: Backups, address: str):
    role = f"reader_{OURS}"
    backups.school.run(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    backups.school.run(f"GRANT SELECT ON posting, _yoyo_migration TO {role}")
    try:
        told = backups_as(backups, address, role)
    finally:
        backups.school.run(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert "permission denied for table" in told
    assert leftovers(backups) == []


def backups_as(backups: Backups, address: str, role: str) -> str:
    backups.monkeypatch.setenv("DATABASE_URL", psycopg2.extensions.make_dsn(address, user=role, password="x"))
    try:
        return backups("run", code=2).stderr
    finally:
        backups.monkeypatch.setenv("DATABASE_URL", address)


def test_an_older_server_is_refused(backups: Backups):
    backups("run")
    manifest = backups.manifest()
    manifest["server"] = 990001
    (backups.made()[0] / "manifest.json").write_text(json.dumps(manifest))
    assert "the backup is of PostgreSQL 99 and the server is " in backups("restore-test", code=2).stderr


def test_one_trial_at_a_time_and_what_a_killed_one_left_goes(backups: Backups, address: str):
    backups("run")
    left = f"restore_test_of_{OURS}"
    run(address, f"CREATE DATABASE {left}")
    with scratch(address):
        assert "another trial of a restore is under way" in backups("restore-test", code=2).stderr
    run(address, f"CREATE DATABASE {left}")
    backups("restore-test")
    assert databases(address) == {OURS}
