"""The main job, whole: boards → database → editions → mails in the outbox; and a second time, when nothing is sent."""

import email
import email.policy
import json
import re
import subprocess
import sys
from pathlib import Path

from jobdb.boards import BOARDS
from tests.worlds import ROOT, sandbox, scrapy

CLOCK = "2026-11-23T10:00"  # a Monday; the next slot is on Tuesday at 17:00


def mailer(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mailer_cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def whole_job(address: str, roster: Path) -> list[dict]:
    mailer("roster", "import", str(roster))
    for board in BOARDS:
        done = scrapy(address, "crawl", board)
        assert done.returncode == 0, done.stdout + done.stderr
    for step in (["plan"], ["check"], ["send", "--early"]):
        mailer(*step)
    return json.loads(mailer("status", "--json"))


def mails_in(outbox: Path) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in outbox.rglob("*.eml")]


def test_the_main_job_twice(database, tmp_path, monkeypatch):
    outbox, roster = tmp_path / "outbox", tmp_path / "roster.csv"
    monkeypatch.setenv("JOB_CLOCK", CLOCK)
    monkeypatch.setenv("MAIL_DELIVERY", "outbox")
    monkeypatch.setenv("MAIL_OUTBOX", str(outbox))
    subprocess.run(
        [sys.executable, "-m", "sandbox.roster", "--day", CLOCK[:10], "--out", str(roster)], cwd=ROOT, check=True
    )
    with sandbox("--size", "300") as address:
        monkeypatch.setenv("JOBSPIDER_SANDBOX", address)
        first = whole_job(address, roster)
        mails = mails_in(outbox)
        stamps = {path: path.stat().st_mtime_ns for path in outbox.rglob("*.eml")}
        second = whole_job(address, roster)

    accepted = sum(edition["deliveries"].get("accepted", 0) for edition in first)
    assert accepted == len(mails) > 50
    assert {edition["state"] for edition in first} == {"sent", "refused"}
    assert first == second
    assert stamps == {path: path.stat().st_mtime_ns for path in outbox.rglob("*.eml")}

    for mail in mails:
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        links = set(re.findall(r"https://[^\s\"<>]*(?:saramin|incruit|wanted)[^\s\"<>]*", text))
        assert links
        assert links <= set(re.findall(r"https://[^\s\"<>]+", html.replace("&amp;", "&")))
        assert mail["To"]
        assert "수신거부" in html
    with database, database.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (edition_id, address)) FROM delivery WHERE state = 'accepted'")
        assert cursor.fetchone() == (accepted, accepted)
        cursor.execute("SELECT count(*) FROM student")
        ((students,),) = cursor.fetchall()
    assert sum(sum(edition["deliveries"].values()) for edition in first) == students


def test_a_rehearsal_does_not_touch_the_school_s_own_database(database):
    done = subprocess.run([sys.executable, "-m", "ops.rehearse"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "DATABASE_URL is set" in done.stdout
