"""`mailer watch`, `doctor` and `metrics` on a real database, a real webhook and a real SMTP server on loopback."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from jobdb import db
from jobdb.errors import DatabaseError
from mailer_cli.alerts import Untold
from mailer_cli.alertsettings import AlertSettings
from mailer_cli.cli import mailer
from mailer_cli.health import Due, House
from mailer_cli.metrics import Figures
from mailer_cli.watch import Look, Watch
from tests.mailer_cli.samples import SLOT, settings
from tests.mailer_cli.school import TRACKS, School
from tests.serving import serving

LATER = SLOT + timedelta(hours=2)
WEEK = timedelta(weeks=1)


class Hook(ThreadingHTTPServer):
    """A webhook that keeps what it was told; `status` is its answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.told: list[str] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/secret"


class _Hook(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.told.append(body["text"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving(Hook()) as server:
        yield server


@pytest.fixture
def look(school: School, hook: Hook, tmp_path):
    """Look once, at an instant, by the schedule that is given."""

    def once(now=LATER, schedule=(), **alerts) -> Look:
        told = settings(alerts=AlertSettings(**({"webhook": hook.url} | alerts)), outbox=tmp_path / "outbox")
        house = House(told, TRACKS, list(schedule), tmp_path)
        return Watch(told, tmp_path, db.connect).look(house, now)

    return once


def crawled(school: School, verdict: str | None, at=SLOT, board: str = "saramin") -> None:
    cause = None if verdict == "ok" else "listed 3, fewer than 50"
    school.run(
        "INSERT INTO crawl (spider, made_up, started_at, verdict, cause) VALUES (%s, false, %s, %s, %s)",
        board, at, verdict, cause,
    )  # fmt: skip


def test_an_incident_is_told_once_and_its_end_once(school, look, hook):
    crawled(school, "failed")
    assert [len(look(LATER + timedelta(minutes=10 * n)).new) for n in range(3)] == [1, 0, 0]
    crawled(school, "suspect", SLOT + timedelta(hours=3))  # the same trouble goes on
    assert look(LATER + timedelta(hours=2)).new == []
    crawled(school, "ok", SLOT + timedelta(hours=5))
    assert [len(look(LATER + timedelta(hours=4 + n)).over) for n in range(2)] == [1, 0]
    first, last = hook.told
    assert "확인 필요 1건: 공고 수집" in first
    assert "사람인 공고 수집(11월 24일(화) 17:00 시작): 실패했습니다 — listed 3, fewer than 50" in first
    assert "해결 1건" in last


def test_trouble_that_ended_before_anybody_was_told_is_not_told(school, look, hook):
    crawled(school, "failed")
    look(webhook="")
    crawled(school, "ok", SLOT + timedelta(hours=1))
    look()
    assert hook.told == []


def test_an_alert_that_nobody_took_is_told_again(school, look, hook):
    crawled(school, "failed")
    hook.status = 500
    with pytest.raises(Untold) as error:
        look()
    assert "secret" not in str(error.value)
    hook.status = 200
    assert len(look().new) == 1
    assert len(hook.told) == 1


def test_a_mail_that_cannot_leave_is_said_where_the_webhook_took_the_alert(school, look, hook, tmp_path):
    crawled(school, "failed")
    (tmp_path / "outbox").write_text("in the way")
    found = look(to=("manager@example.com",))
    assert len(hook.told) == 1
    assert "ma****@example.com" in found.problems[0]


def test_the_alert_as_a_mail(school, look, tmp_path):
    crawled(school, "failed")
    look(to=("manager@example.com",), webhook="")
    (path,) = (tmp_path / "outbox").rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert (mail["To"], mail["Auto-Submitted"]) == ("manager@example.com", "auto-generated")
    assert mail["Subject"] == "[채용메일] 확인 필요 1건: 공고 수집"
    assert "■ 사람인 공고 수집" in mail.get_content()
    assert mail["X-Jm-Delivery"] is None


def test_a_slot_that_was_never_sent(school, look, hook):
    school.student("a")
    school.posting()
    school.ready()
    found = look(LATER)
    assert [(each.kind, each.subject) for each in found.new] == [("slot", "2026-11-24T17:00+09:00")]
    assert "1통 중 한 통도 발송되지 않았습니다" in hook.told[0]
    school.run("UPDATE delivery SET state = 'sending'")
    school.run("UPDATE delivery SET state = 'accepted'")
    assert [each.kind for each in look(LATER + timedelta(hours=1)).over] == ["slot"]


def test_a_slot_that_nobody_planned_counts_who_was_to_get_mail(school, look, hook):
    school.student("a")
    school.student("b", mail_on=False)
    school.run("INSERT INTO job_run (job, run_id, started_at) VALUES ('watch', 'x', %s)", SLOT - WEEK)
    look(LATER)
    assert "1통 중 한 통도 발송되지 않았습니다 — 발송 계획이 만들어지지 않았습니다" in hook.told[0]


def test_a_new_house_has_no_past_to_answer_for(school, look):
    school.student("a")
    assert look(LATER).wrong == []


def test_a_job_that_never_ran(school, look, hook):
    school.run("INSERT INTO job_run (job, run_id, started_at) VALUES ('watch', 'x', %s)", SLOT - WEEK)
    due = [Due("backup", SLOT, WEEK, timedelta(hours=2))]
    assert [(each.kind, each.subject) for each in look(LATER, due).new] == [("job", "backup")]
    assert "예약 작업 backup: 11월 24일(화) 17:00에 실행되어야 했지만 실행되지 않았습니다" in hook.told[0]


def test_unknown_mails_are_told_when_events_had_their_time(school, look):
    school.student("a")
    school.posting()
    school.ready()
    school.run("UPDATE delivery SET state = 'sending'")
    school.run("UPDATE delivery SET state = 'unknown', updated_at = %s", LATER)
    assert [each.kind for each in look(LATER + timedelta(minutes=20)).wrong if each.kind == "unknown"] == []
    assert "unknown" in [each.kind for each in look(LATER + timedelta(minutes=31)).wrong]


def test_a_database_that_does_not_answer_is_told_once_and_its_end_once(school, look, hook, monkeypatch):
    address = db.url()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    for _ in range(2):
        with pytest.raises(DatabaseError):
            look()
    monkeypatch.setenv("DATABASE_URL", address)
    assert [len(look().over) for _ in range(2)] == [1, 0]
    assert ["데이터베이스에 연결할 수 없습니다" in told for told in hook.told] == [True, True]
    assert ["해결됨" in told for told in hook.told] == [False, True]


@pytest.fixture
def cli(school: School, monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", LATER.isoformat())
    return lambda *words: CliRunner().invoke(mailer, words, catch_exceptions=False)


def test_the_doctor_names_what_is_wrong(school, cli):
    crawled(school, "failed")
    found = cli("doctor")
    assert found.exit_code == 3
    assert "saramin        WRONG  saramin: the crawl of 11-24 17:00 failed: listed 3, fewer than 50" in found.output
    crawled(school, "ok", LATER)
    assert cli("doctor").exit_code == 0
    told = {row["part"]: row["state"] for row in json.loads(cli("doctor", "--json").stdout)}
    assert (told["saramin"], told["incruit"], told["outbox"]) == ("ok", "look", "ok")


def test_the_watch_says_that_nobody_is_told(school, cli):
    crawled(school, "failed")
    found = cli("watch")
    assert found.exit_code == 0
    assert "1 open incident, 1 new, 0 over" in found.output
    assert "nobody is told" in found.output


def test_prometheus_reads_the_figures(school, database):
    crawled(school, "ok")
    registry = CollectorRegistry()
    registry.register(Figures(db.connect))
    server, thread = start_http_server(0, "127.0.0.1", registry)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    server.shutdown()
    thread.join()
    server.server_close()
    assert 'jobmail_crawl_ok{board="saramin"} 1.0' in lines
    (started,) = (line for line in lines if line.startswith("jobmail_crawl_started_seconds{"))
    assert float(started.partition("} ")[2]) == SLOT.timestamp()


def test_no_label_is_a_persons(school, database):
    school.student("a")
    school.posting()
    school.ready()
    registry = CollectorRegistry()
    registry.register(Figures(db.connect))
    assert "@" not in generate_latest(registry).decode()
