"""No student's address, name or telephone number, and no reader's IP address, gets where it need not be."""

import hashlib
from email import message_from_bytes

import pytest

from sandbox.ses import Refused
from tests.circle import traces
from tests.circle.commands import SERVES, SHOWS_A_MAIL, calls, leaves
from tests.circle.private import IPS, Private
from tests.circle.queues import queue
from tests.circle.school import MONDAY, NEXT_MONDAY, School
from tests.worlds import sandbox

CODE = "code.tar.gz"  # in a backup; our own tests name the IP addresses that they look for
BOARDS = ("saramin", "jumpit")
STUDENT = {"email": "hong.gildong7@example.com", "name": "홍길동", "phone": "010-1234-5678"}


@pytest.mark.timeout(300)  # a busy machine is no failure
def test_nothing_that_mailings_leave_behind_names_anybody(database, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "backups"))
    with queue(monkeypatch) as events, sandbox("--size", "300", clock=MONDAY) as boards:
        monkeypatch.setenv("JOB_LOG", "json")
        school = School(tmp_path, monkeypatch, events)
        school.crawl(boards, BOARDS)
        school.be_read(mail_badly(school, boards, MONDAY))
        school.come_back(*traces.strays(school.students[3]["email"]))
        school.pull()
        monkeypatch.delenv("JOB_LOG")
        mail_badly(school, boards, NEXT_MONDAY)
        traces.plant(school)
        found = {name: text for source in everything(school, database, boards) for name, text in source}

    private = Private(school.students)
    leaks = [leak for name, text in found.items() for leak in private.leaks(name, text)]
    assert [leak for leak in leaks if not (leak.where == CODE and leak.word in IPS)] == []
    assert [name for name, text in found.items() if not text.strip()] == []
    assert next(private.leaks("a mail", str(message_from_bytes(school.mails[0].raw))))


def mail_badly(school, boards, at):
    """Send a mailing of which SES refuses a mail in words that hold its address."""
    words = f"Address blacklisted: <{school.students[70]['email']}>"
    school.account.faults.append(Refused(400, "MessageRejected", words))
    return school.mailing(boards, at)


def everything(school, database, boards):
    with database, database.cursor() as on:
        on.execute(
            "SELECT board || ':' || board_id FROM edition_posting JOIN posting ON posting.id = posting_id LIMIT 1"
        )
        ((posting,),) = on.fetchall()
    yield traces.of_the_run(school)
    yield traces.of_jobs(school)
    yield traces.of_commands(school, posting)
    yield traces.of_crawler(boards)
    yield traces.of_files(school.folder, database.server_version)
    yield traces.of_tables(database)


def test_every_command_is_called(tmp_path):
    called = set(calls(tmp_path, {"course": "", "lms_id": "", "email": ""}, ""))
    assert called | {SHOWS_A_MAIL, *SERVES} == set(leaves()), "put the new command into tests/circle/commands.py"


PLANTED = {
    "address": "sent to hong.gildong7@example.com",
    "in capitals": "HONG.GILDONG7@EXAMPLE.COM",
    "in a link": "https://x.example/?to=hong.gildong7%40example.com",
    "in JSON": r'{"name": "\ud64d\uae38\ub3d9"}',
    "before the @ alone": "user hong.gildong7 not found",
    "in HTML": "hong.gildong7&#64;example.com",
    "in base64": "aG9uZy5naWxkb25nN0BleGFtcGxlLmNvbQ==",
    "hashed": hashlib.sha256(STUDENT["email"].encode()).hexdigest(),
    "name": "홍길동 님",
    "name in a link": "/%ED%99%8D%EA%B8%B8%EB%8F%99",
    "telephone": "010-1234-5678",
    "telephone without dashes": "tel:01012345678",
    "the reader's IP": '"ip": "203.0.113.9"',
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED.keys())
def test_what_is_planted_is_found(text):
    assert list(Private([STUDENT]).leaks("a copy", f"an ordinary line\n{text}\n"))


def test_what_is_masked_is_no_leak():
    assert not list(Private([STUDENT]).leaks("a log", "ho****@example.com, (address), 홍 **** 010-**** 127.0.0.1"))
