"""Everything that a school's mailing leaves behind, as text by the name of where it lies."""

import csv
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from click.testing import CliRunner
from psycopg2.extensions import connection

from mailer_cli.cli import mailer
from ops.backup.programs import find_programs
from sandbox.readers import ADDRESS
from tests.circle.commands import calls
from tests.circle.endpoints import path_of
from tests.circle.school import School
from tests.mailer_cli.happenings import NOBODY, told
from tests.worlds import ROOT, scrapy

TABLES = ("mail_event", "unread_event", "job_run", "incident", "crawl", "sender", "attempt", "edition", "alert")
URL = re.compile(r"https?://[^\s\"'<>)]+")
JOBS = """
[jobs.events]
about = "what came back"
every = 10
minutes = 5
useful_minutes = 20
steps = [["mailer", "events", "pull", "--wait", "1"]]

[jobs.crawl-worknet]
about = "a job whose last words hold an address"
at = "04:00"
minutes = 5
useful_minutes = 60
steps = [["python", "-c", "raise SystemExit('error: {address}')"]]
"""


def strays(address: str) -> list[str]:
    """Messages that nobody can read or match, with addresses in all the places where SES and others put them."""
    return [
        f"{{not JSON, from {address} at {ADDRESS}",
        json.dumps({"eventType": "Bounce", "mail": {"destination": [address]}, "bounce": {"x": ADDRESS}}),
        json.dumps({"hit": "open", "delivery": address, "at": ADDRESS}),
        told("Bounce", NOBODY, bouncedRecipients=[{"emailAddress": address, "diagnosticCode": f"550 <{address}>"}]),
        told("Click", NOBODY, link=f"https://x.example/?to={address}&ip={ADDRESS}", ipAddress=ADDRESS),
        told("Complaint", NOBODY, complaintFeedbackType=address, userAgent=address),
    ]


def plant(school: School) -> None:
    """Write what operators hand in: a roster with mistakes, one with changes, answers, events, a list of links."""
    rows, folder = school.students, school.folder
    moved = [row | ({"email": f"new.{row['email']}", "phone": "010-1"} if n < 5 else {}) for n, row in enumerate(rows)]
    _write(folder / "moved.csv", moved)
    mistakes = {5: {"email": rows[5]["email"] + " x"}, 6: {"status": rows[6]["phone"]}, 7: {"mail_on": rows[7]["name"]}}
    _write(folder / "wrong.csv", [row | mistakes.get(number, {}) for number, row in enumerate(rows)])
    answers = [
        (rows[8]["name"], rows[8]["email"]),
        (rows[9]["name"], f"{rows[9]['email']} 아님"),
        ("", rows[10]["phone"]),
    ]
    named = [{"타임스탬프": "2024. 11. 26 오후 3:10:00", "이름": name, "이메일": words} for name, words in answers]
    _write(folder / "answers.csv", named)
    (folder / "stray.jsonl").write_text("\n".join(strays(rows[11]["email"])) + "\n")
    (folder / "sent.csv").write_text(json.dumps({rows[0]["course"]: [rows[0]["email"]]}))
    (folder / "jobs.toml").write_text(JOBS.format(address=rows[12]["email"]))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def of_the_run(school: School) -> Iterator[tuple[str, str]]:
    """Yield what the mails showed to others than their readers, and what was logged."""
    yield "SES's tags", json.dumps([request.get("EmailTags") for request in school.account.requests])
    for number, mail in enumerate(school.mails):
        message = message_from_bytes(mail.raw)
        yield f"headers {number}", "\n".join(f"{name}: {value}" for name, value in message.items() if name != "To")
        parts = [part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()]
        yield f"links {number}", "\n".join(link for text in parts for link in URL.findall(text))
    asked = [path_of(read) for read in school.read if read.visit.what != "click"]
    yield "requests to the endpoint", "\n".join(asked)
    yield "hits", "\n".join(school.hits)
    yield "the function's metrics and log", school.counted[0]
    yield "the server's log", school.counted[1]
    yield "what commands and crawls printed", "\n".join(school.printed)


def of_jobs(school: School) -> Iterator[tuple[str, str]]:
    """Run scheduled jobs; yield what they print. One fails, whose words are not ours: our row of it is in of_tables."""
    logs = school.folder / "job logs"
    environment = os.environ | {"JOB_SCHEDULE": str(school.folder / "jobs.toml"), "JOB_LOGS": str(logs)}
    for key in ("crawl-worknet", "events"):
        command = [sys.executable, "-m", "ops.job", key]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == (key == "crawl-worknet")
    yield "a job", done.stdout + done.stderr
    shown = [sys.executable, "-m", "ops.schedule", "show"]
    yield (
        "the schedule",
        subprocess.run(shown, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout,
    )


def of_commands(school: School, posting: str) -> Iterator[tuple[str, str]]:
    """Call every command in all its ways; yield what each prints."""
    for name, ways in calls(school.folder, school.students[40], posting).items():
        for words in ways:
            done = CliRunner().invoke(mailer, [*name.split(), *words])
            wrong = done.exception if not isinstance(done.exception, SystemExit) else None
            assert wrong is None, (name, words, done.output, wrong)
            yield f"mailer {name} {' '.join(words)}", f"{done.exit_code}\n{done.stdout}{done.stderr}"


def of_crawler(address: str) -> Iterator[tuple[str, str]]:
    """Yield what the crawler's own commands print."""
    for words in (("crawls",), ("crawls", "--json"), ("clusters",), ("keywords",)):
        done = scrapy(address, *words)
        yield f"scrapy {' '.join(words)}", f"{done.stdout}{done.stderr}{done.returncode}"


def of_files(folder: Path, server: int) -> Iterator[tuple[str, str]]:
    """Yield what commands wrote: the page of figures, the LMS's file, the backup with what anybody can read."""
    for name in ("stats.html", "status.csv"):
        yield name, (folder / name).read_text(encoding="utf-8")
    for path in sorted((folder / "backups").glob("*/*/*/*")):
        if path.suffix == ".json":
            yield path.name, path.read_text(encoding="utf-8")
        elif path.suffix == ".dump":
            yield path.name, find_programs(server // 10000).run("pg_restore", "", "--file=-", str(path))
        else:
            yield path.name, _unpacked(path)


def _unpacked(path: Path) -> str:
    with tarfile.open(path) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        read = [(member.name, archive.extractfile(member)) for member in files]
        return "\n".join(f"{name}\n{file.read().decode(errors='replace')}" for name, file in read if file)


def of_tables(database: connection) -> Iterator[tuple[str, str]]:
    """Yield the rows of the tables that need no person."""
    with database, database.cursor() as on:
        for table in TABLES:
            on.execute("SELECT to_regclass(%s)", (table,))
            if on.fetchone() != (None,):
                on.execute(f"SELECT row_to_json(row)::text FROM {table} AS row")
                yield f"table {table}", "\n".join(text for (text,) in on.fetchall())
