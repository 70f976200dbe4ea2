"""The commands, end to end: a roster in, mails in a folder out, errors in one line."""

import csv
import json
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from jobdb.chromium import chromium
from mailer_cli import links
from mailer_cli.cli import mailer
from sandbox.roster import COURSES, Row, roster, write
from tests.mailer_cli.school import School

DAY = date(2026, 11, 21)
BEFORE_SLOT, AT_SLOT, LATE = "2026-11-24T15:00", "2026-11-24T17:05", "2026-11-24T21:00"


class Mailer:
    """Runs commands at an instant, with the boards answering that all is open but what `closed` names."""

    def __init__(self, school: School, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.school, self.outbox, self.monkeypatch = school, folder / "outbox", monkeypatch
        self.closed: set[int] = set()
        monkeypatch.setenv("MAIL_OUTBOX", str(self.outbox))
        monkeypatch.setattr(links, "recheck", self.recheck)
        self.roster = folder / "roster.csv"
        write(roster(DAY), self.roster)

    def __call__(self, *words: str, at: str = BEFORE_SLOT, code: int = 0) -> Result:
        self.now = at
        self.monkeypatch.setenv("JOB_CLOCK", at)
        result = CliRunner().invoke(mailer, words)
        assert result.exit_code == code, result.output
        return result

    def recheck(self, posting_ids: set[int]) -> int:
        for posting_id in posting_ids:
            state = "closed" if posting_id in self.closed else "open"
            self.school.run(
                "INSERT INTO link_check VALUES (DEFAULT, %s, %s, 'http 200', %s)", posting_id, state, self.now
            )
        self.school.close(self.closed & set(posting_ids))
        return 0

    def sent(self) -> list[Path]:
        return sorted(self.outbox.glob("*/*.eml"))


@pytest.fixture
def run(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailer:
    """The program over a school of nine courses with 30 postings of each track."""
    for track in ("bigdata", "fullstack", "pm"):
        for number in range(30):
            board = ("saramin", "saramin", "incruit", "wanted", "jumpit")[number % 5]
            school.posting(board, title=f"{track} 채용 {number}", track=track)
    commands = Mailer(school, tmp_path, monkeypatch)
    commands("roster", "import", str(commands.roster))
    return commands


def test_a_mailing_from_the_roster_to_the_outbox(run: Mailer):
    assert "editions: 5 planned, 4 refused; mails: " in run("plan").output
    assert "opened " in run("check").output
    told = run("send").output
    assert told.startswith("nothing to send now; of Tue 2026-11-24 17:00, ")
    assert told.endswith(" mails have not left: `mailer status`\n")
    told = run("send", at=AT_SLOT).output
    status = json.loads(run("status", "--json").output)
    accepted = sum(edition["deliveries"].get("accepted", 0) for edition in status)
    assert f"5 editions, by outbox: {accepted} accepted" in told
    assert len(run.sent()) == accepted > 100
    assert sum(sum(edition["deliveries"].values()) for edition in status) == 300
    assert {edition["state"] for edition in status} == {"sent", "refused"}
    again = run("send", at=AT_SLOT).output
    assert again == f"nothing to send now; of Tue 2026-11-24 17:00, {accepted} mails were sent already\n"
    assert "left alone, sending or sent already: BIGDATA 76 (sent)" in run("plan").output
    assert len(run.sent()) == accepted


def test_status_tells_postings_by_board_and_mails_by_reason(run: Mailer):
    run("plan")
    (edition,) = [entry for entry in json.loads(run("status", "--json").output) if entry["course"] == "BIGDATA 77"]
    assert edition["boards"]["saramin"] == {"quota": 10, "chosen": 10, "passed_over": {"over_quota": 2}}
    assert (edition["chosen"], edition["quota"], edition["state"]) == (25, 25, "planned")
    assert edition["skipped"].keys() >= {"switched_off", "same_address"}
    assert edition["slot"] == "2026-11-24T17:00+09:00"
    shown = run("status").output
    assert "saramin 10/10, incruit 5/5, wanted 5/5, jumpit 5/5" in shown
    assert "32 before window" in shown


def test_closed_postings_are_explained(run: Mailer):
    run("plan")
    jumpit = run.school.rows(
        "SELECT id FROM posting JOIN posting_track ON posting_id = id WHERE board = 'jumpit' AND track = 'bigdata'"
    )
    run.closed = {posting_id for (posting_id,) in jumpit[:4]}
    assert "jumpit 2 of 5: 4 closed, 0 left" in run("check").output


def test_preview_shows_the_bytes_that_are_sent(run: Mailer):
    run("plan")
    run("check")
    (first,) = run.school.rows("SELECT lms_id FROM delivery JOIN student ON student.id = student_id "
                               "WHERE state = 'ready' ORDER BY edition_id, student_id LIMIT 1")  # fmt: skip
    preview = run("preview", first[0], "--eml").stdout_bytes
    run("send", "--early", "--limit", "1")
    (sent,) = run.sent()
    assert sent.read_bytes() == preview
    text = message_from_bytes(preview, policy=default).get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert run("preview", first[0]).stdout == text
    assert run("preview", first[0], "--html").stdout.startswith("<!")


def test_preview_writes_a_file(run: Mailer, tmp_path: Path):
    run("plan")
    (student, _), *_ = run.school.rows("SELECT lms_id, state FROM delivery JOIN student ON student.id = student_id "
                                       "WHERE state = 'planned' ORDER BY lms_id")  # fmt: skip
    run("preview", student, "--html", "--out", str(tmp_path / "new" / "mail.html"))
    assert "<html" in (tmp_path / "new" / "mail.html").read_text(encoding="utf-8")


def test_preview_takes_any_student_of_a_course(run: Mailer):
    run("plan")
    ((first,),) = run.school.rows(
        "SELECT min(lms_id) FROM delivery JOIN student ON student.id = student_id JOIN course ON course.id = course_id "
        "WHERE state = 'planned' AND course.name = 'BIGDATA 77'"
    )
    assert run("preview", "--any", "BIGDATA 77", "--eml").stdout == run("preview", first, "--eml").stdout
    assert "nobody of BIGDATA 75 gets a planned mail" in run("preview", "--any", "BIGDATA 75", code=3).stderr
    assert "no course 'bigdata77'; known are BIGDATA 77, " in run("preview", "--any", "bigdata77", code=3).stderr
    for words in (("preview",), ("preview", first, "--any", "BIGDATA 77")):
        assert "name a student, or a course by --any" in run(*words, code=2).stderr


@pytest.mark.skipif(chromium() is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH")
def test_preview_pictures_a_mail(run: Mailer, tmp_path: Path):
    run("plan")
    told = run("preview", "--any", "BIGDATA 77", "--png", "--out", str(tmp_path / "shots")).output
    assert [Path(line).stat().st_size > 20_000 for line in told.splitlines()] == [True] * 3


@pytest.mark.parametrize(
    ("student", "told"),
    [
        ("nobody", "error: no such student; name an LMS id, a name or an address of the roster\n"),
        ("LMS-0001", "error: LMS-0001 gets no mail at Tue 2026-11-24 17:00: after window\n"),
    ],
)
def test_preview_tells_why_there_is_no_mail(run: Mailer, student, told):
    run("plan")
    assert run("preview", student, code=3).stderr == told


def test_a_rehearsal_sends_before_the_slot_and_only_once(run: Mailer):
    run("plan")
    run("check")
    run("send", "--early", "--limit", "3")
    assert len(run.sent()) == 3
    run("send", "--early")
    everyone = len(run.sent())
    assert everyone > 100
    run("send", "--early")
    run("send", at=AT_SLOT)
    assert len(run.sent()) == everyone


def test_a_slot_hours_ago_waits_for_a_reason(run: Mailer):
    run("plan")
    run("check")
    refused = run("send", at=LATE, code=3)
    assert refused.stderr == 'error: 5 editions from Tue 2026-11-24 17:00 on are late; --late "why" sends them\n'
    assert run.sent() == []
    run("send", "--late", "the provider was down", at=LATE)
    assert len(run.sent()) > 100
    assert set(run.school.rows("SELECT late_reason FROM edition WHERE state = 'sent'")) == {("the provider was down",)}


def test_what_is_due_and_unchecked_is_said(run: Mailer):
    run("plan")
    refused = run("send", at=AT_SLOT, code=3)
    assert refused.stderr == (
        "error: 5 editions due but not checked lately, or not since their courses' last mail; "
        "run `mailer check --slot 2026-11-24T17:00`\n"
    )
    assert run.sent() == []


def test_a_check_made_in_the_morning_does_not_do_for_the_evening(run: Mailer):
    run("plan", at="2026-11-24T09:00")
    run("check", at="2026-11-24T13:55")
    assert "not checked lately" in run("send", at=AT_SLOT, code=3).stderr
    assert "opened " in run("check", at="2026-11-24T14:05").output
    run("send", at=AT_SLOT)
    assert len(run.sent()) > 100


def test_the_slot_after_the_next_is_not_sent_early(run: Mailer):
    run("plan", "--slot", "2026-11-27")
    run("check")
    run("send", "--early")
    assert run.sent() == []


def test_a_slot_that_is_none_of_the_weeks_is_planned_and_said(run: Mailer):
    told = run("plan", "--slot", "2026-11-25").stderr
    assert told.startswith("mind Wed 2026-11-25 17:00: it is none of the week's slots")
    assert run("plan").stderr == ""


def test_a_slot_that_nothing_was_planned_for_is_named(run: Mailer):
    run("plan")
    assert "nothing was planned for Tue 2026-12-01 17:00" in run("status", "--slot", "2026-12-01").output
    assert "no edition of Tue 2026-12-01 17:00 is planned" in run("check", "--slot", "2026-12-01").output
    for words in (("lint",), ("pause", "--why", "x"), ("kind", "ad")):
        told = run(*words, "--slot", "2026-12-01", code=3).stderr
        assert told == "error: nothing was planned for Tue 2026-12-01 17:00; run `mailer plan`\n"


def test_made_up_postings_never_leave_the_machine(run: Mailer, monkeypatch):
    run.school.run("INSERT INTO crawl (spider, started_at, made_up) VALUES ('saramin', now(), true)")
    monkeypatch.setenv("MAIL_DELIVERY", "smtp")
    assert "holds the sandbox's made-up postings" in run("send", code=2).stderr


def test_importing_again_changes_nothing_and_says_so(run: Mailer):
    before = run.school.rows("SELECT * FROM student ORDER BY id")
    assert "students: 0 new, 0 changed, 300 unchanged" in run("roster", "import", str(run.roster)).output
    assert run.school.rows("SELECT * FROM student ORDER BY id") == before


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Mailer):
    changed = [row for row in roster(DAY) if row.lms_id != "LMS-0009"]
    write([replace_status(row) for row in changed], run.roster)
    before = run.school.rows("SELECT * FROM student ORDER BY id")
    told = run("roster", "import", str(run.roster), "--dry-run").output
    assert "dry run: nothing is changed" in told
    assert "no longer on the roster, kept and not mailed: 1 student (LMS-0009)" in told
    assert run.school.rows("SELECT * FROM student ORDER BY id") == before


def test_a_roster_with_one_bad_row_is_refused_whole(run: Mailer):
    rows = list(csv.reader(run.roster.read_text(encoding="utf-8-sig").splitlines()))
    rows[3][6] = "soon"
    with run.roster.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*row[:1], "다른 이름", *row[2:]] if row is not rows[0] else row for row in rows])
    told = run("roster", "import", str(run.roster), code=3).stderr
    assert told.splitlines()[0] == f"error: {run.roster}: row 4: starts_on 'so****' is no day; write it like 2026-11-24"
    assert run.school.rows("SELECT count(*) FROM student WHERE name = '다른 이름'") == [(0,)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plan", "--slot", "soon"), "error: 'soon' is no day; write it like 2026-11-24 or 2026-11-24T17:00\n"),
        (("plan", "--slot", "2062-11-24"), "Fri 2062-11-24 17:00 is more than 31 days ahead; look at the year\n"),
        (("plan", "--slto", "x"), "No such option"),
        (("sned",), "No such command 'sned'"),
    ],
)
def test_a_wrong_command_exits_2(run: Mailer, words, told):
    assert told in run(*words, code=2).stderr


def test_a_database_that_does_not_answer_is_one_line(run: Mailer, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    told = run("status", code=2).stderr
    assert told.startswith("error: the database does not answer: ")
    assert told.count("\n") == 1


def test_every_command_is_shown_with_an_example():
    groups = {name: command for name, command in mailer.commands.items() if isinstance(command, click.Group)}
    inner = [[name, below] for name, group in groups.items() for below in group.commands]
    for words in ([], *([name] for name in mailer.commands), *inner):
        assert "example" in CliRunner().invoke(mailer, [*words, "--help"]).output


def test_no_command_prints_a_whole_address(run: Mailer):
    addresses = {row.email for row in roster(DAY)}
    printed = "".join(
        run(*words).output
        for words in (("roster", "import", str(run.roster)), ("plan",), ("check",), ("send", "--early"), ("status",))
    )
    assert not [address for address in addresses if address in printed]
    assert "invented" not in (run.outbox / "index.html").read_text(encoding="utf-8")


def replace_status(row: Row) -> Row:
    return Row(**{name: getattr(row, name) for name in Row.__slots__} | {"status": "취업"})


def test_the_made_up_school_has_every_kind_of_student():
    rows = list(roster(DAY))
    assert rows == list(roster(DAY))
    assert rows != list(roster(DAY, seed=8))
    assert len(rows) == 300
    assert len({row.course for row in rows}) == len(COURSES) == 9
    assert {row.status for row in rows} == {"교육 중", "수료", "조기 수료", "취업", "중도 포기", "수강철회"}
    assert {row.mail_on for row in rows} == {"on", "off"}
    assert len({row.email for row in rows}) == 300 - len(COURSES)
    domains = {row.email.partition("@")[2] for row in rows}
    assert domains >= {"naver.com", "chunjae.co.kr", "example.com"}


def test_no_mail_goes_on_refusals_that_were_read_long_ago(run: Mailer, tmp_path: Path):
    answers = tmp_path / "answers.csv"
    answers.write_text("타임스탬프,이메일\n", encoding="utf-8")
    run("refusals", "import", str(answers), at="2026-11-24T10:00")
    run("plan")
    run("check")
    told = run("send", at=AT_SLOT, code=5).stderr
    assert "error: the refusals were read on Tue 2026-11-24 10:00, longer than 6 h ago; " in told
    run("send", "--dry-run", at=AT_SLOT, code=5)
    assert run.sent() == []
    run("send", "--refusals-stale", "Google is down", at=AT_SLOT)
    assert len(run.sent()) > 100
    assert run.school.rows("SELECT command, reason FROM refusals_override") == [("send", "Google is down")]


def test_who_refuses_between_the_plan_and_the_slot_gets_nothing(run: Mailer, tmp_path: Path):
    run("plan")
    run("check")
    ((refuser,),) = run.school.rows("SELECT address FROM delivery WHERE state = 'ready' ORDER BY address LIMIT 1")
    answers = tmp_path / "answers.csv"
    answers.write_text(f"타임스탬프,이메일\n2026. 11. 24 오후 4:00:00,{refuser.upper()}\n", encoding="utf-8")
    run("refusals", "import", str(answers), at="2026-11-24T16:30")
    run("send", at=AT_SLOT)
    assert set(run.school.rows("SELECT state, reason FROM delivery WHERE address = %s", refuser)) >= {
        ("skipped", "suppressed: form")
    }
    tried = "SELECT count(*) FROM attempt JOIN delivery ON delivery.id = delivery_id WHERE address = %s"
    assert run.school.rows(tried, refuser) == [(0,)]
