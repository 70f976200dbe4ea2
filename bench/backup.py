"""Measure a backup and its trial against pg_dump and pg_restore alone, and the memory both take as the rows add up.

Run it with `python -m bench.backup` at the root of the repository. A backup also counts every table, hashes, encrypts
the people's part, archives the code and looks over what it made; a trial also counts every table.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import psycopg2

from bench._scratch import scratch
from jobdb import db
from jobdb.clock import KST
from ops.backup.keys import make_key
from ops.backup.programs import find_programs

ROOT = Path(__file__).resolve().parent.parent
POSTINGS = (5_000, 40_000)  # of 3 KB each, with 20 deliveries
FILL = """
    INSERT INTO course (name, track, starts_on, ends_on) VALUES ('c', 'pm', '2026-01-01', '2026-12-31');
    INSERT INTO student (lms_id, name, email, phone, course_id, status, mail_on, updated_at)
    SELECT n, '홍길동', 'student' || n || '@example.com', '', 1, '교육 중', true, now()
    FROM generate_series(1, 1000) AS n;
    INSERT INTO edition (course_id, slot, state, planned_at)
    SELECT 1, timestamptz '2026-01-06 17:00+09' + n * interval '1 day', 'sent', now()
    FROM generate_series(1, %(postings)s / 50) AS n;
    INSERT INTO delivery (edition_id, student_id, address, state, updated_at)
    SELECT edition.id, student.id, email, 'accepted', now() FROM edition, student;
    INSERT INTO posting (board, board_id, url, title, company, company_key, deadline_kind, career_kind, education,
        employment, regions, remote, pay, skills, body, image_only, raw, first_seen, last_seen)
    SELECT 'saramin', n, 'https://example.com/' || n, '데이터 분석가 ' || n, '회사', '회사', 'open_ended', 'both',
        'any', '{}', '[]', false, '', '{}', string_agg(md5(n || ' ' || line), ' '), false, '{}', now(), now()
    FROM generate_series(1, %(postings)s) AS n, generate_series(1, 90) AS line GROUP BY n;
"""


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command and return its seconds and the peak memory, in MB, of the largest of its processes."""
    started = time.monotonic()
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(said)
    return time.monotonic() - started, used.ru_maxrss / 1000


def mailer(*words: str) -> list[str]:
    """Return the command line of `mailer`."""
    return [sys.executable, "-m", "mailer_cli", *words]


def settings(folder: Path) -> dict[str, str]:
    """Write a backup.toml with a key, and return the environment that leads there."""
    config = Path(shutil.copytree(ROOT / "config", folder / "config"))
    key = make_key(folder / "key", datetime(2026, 11, 22, 12, tzinfo=KST))
    path = config / "backup.toml"
    path.write_text(path.read_text().replace("recipients = []", f'recipients = ["{key}"]'))
    return os.environ | {"JOB_CONFIG_DIR": str(config), "BACKUP_FOLDER": str(folder / "backups")}


def bare(address: str, folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of pg_dump alone, and of pg_restore alone into an empty database."""
    programs = find_programs(18)
    commands = {name: str(programs.binaries.folder / name) for name in ("pg_dump", "pg_restore")}
    environment = environment | programs.binaries.environment()
    dump, target = str(folder / "bare.dump"), f"{address}_bare"
    dumping, _ = measured([commands["pg_dump"], "-Fc", "-f", dump, address], environment)
    server = psycopg2.connect(address)
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as on:
        name = target.rpartition("/")[2]
        on.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        on.execute(f"CREATE DATABASE {name}")
        restoring, _ = measured([commands["pg_restore"], "-d", target, dump], environment)
        on.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return dumping, restoring


def round_of(postings: int) -> None:
    """Print one size's figures."""
    with scratch("backup") as address, tempfile.TemporaryDirectory() as name:
        with contextlib.closing(db.open_database(address)) as database, database, database.cursor() as on:
            on.execute(FILL, {"postings": postings})
        environment = settings(Path(name))
        dumping, restoring = bare(address, Path(name), environment)
        making, made_in = measured(mailer("backup", "run"), environment)
        trying, tried_in = measured(mailer("backup", "restore-test", "--identity", f"{name}/key"), environment)
        size = sum(path.stat().st_size for path in Path(name, "backups").rglob("*.dump*")) / 1e6
    print(
        f"  {postings:>7,} postings, {postings * 20:>7,} deliveries, dumps of {size:3.0f} MB: "
        f"run {making:4.1f} s ({making / dumping:.1f} x pg_dump), {made_in:.0f} MB; "
        f"restore-test {trying:4.1f} s ({trying / restoring:.1f} x pg_restore), {tried_in:.0f} MB"
    )


def main() -> None:
    """Print the seconds, the ratios and the memory."""
    print("a backup and its restore on trial")
    for postings in POSTINGS:
        round_of(postings)


if __name__ == "__main__":
    main()
