"""`mailer events` as an operator runs it: the queue, the tracking server's folder, a file; what it prints."""

import json
import logging

import boto3
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from mailer_cli.cli import mailer
from mailer_cli.events.settings import EventSettings
from mailer_cli.listening import Listener
from mailer_cli.messages import Queue, lines_of, spooled
from tests.mailer_cli.happenings import NOBODY, bounced, enveloped, hit, told
from tests.mailer_cli.samples import SLOT, settings
from tests.mailer_cli.school import School
from tests.mailer_cli.test_events import the_mail
from tests.mailer_cli.test_send import Recorder, send_all


@pytest.fixture
def mail(school: School, monkeypatch) -> str:
    monkeypatch.setenv("JOB_CLOCK", SLOT.isoformat())
    school.student("a")
    school.posting()
    send_all(school.mailing(Recorder(), school.ready()))
    return the_mail(school, "a")


@pytest.fixture
def queue(monkeypatch):
    """A queue of moto's SQS, as (client, url)."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_SQS": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs", region_name="ap-northeast-2")
    url = client.create_queue(QueueName="mail-events")["QueueUrl"]
    monkeypatch.setenv("MAIL_EVENTS_QUEUE", url)
    yield client, url
    server.stop()


def waiting(client, url) -> int:
    named = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=named)["Attributes"]
    return sum(map(int, counts.values()))


def run(*words: str, **options):
    return CliRunner().invoke(mailer, ["events", *words], **options)


def test_pull_empties_the_queue_and_says_what_came(school: School, mail, queue):
    client, url = queue
    bodies = [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        *(told(kind, mail, envelope=True) for kind in ("Send", "Delivery", "Open", "Open")),
        told("Complaint", mail, envelope=True),
        hit(mail, 90, how="one_click"),
        told("Send", NOBODY),
        "what is this, hong@example.com?",
    ]
    for body in bodies:
        client.send_message(QueueUrl=url, MessageBody=body)
    done = run("pull", "--wait", "1")
    assert done.exit_code == 0
    assert done.stdout == (
        "9 messages read: 6 new, 1 told before, 1 unreadable, 1 without meaning\n"
        "  events: 2 send, 1 complaint, 1 delivery, 1 open, 1 unsubscribe\n"
        "  1 of no mail of ours: `mailer events unmatched`\n"
        "  without meaning: 1 notice of the topic\n"
        "  not to be mailed again: a****@example.com (complaint), a****@example.com (one click)\n"
    )
    assert done.stderr == "warning: 1 message could not be read and is kept: `mailer events unread`\n"
    assert waiting(client, url) == 0
    assert run("pull", "--wait", "1").stdout == "0 messages read: 0 new\n"


def test_a_message_leaves_the_queue_after_the_commit_alone(school: School, mail, queue):
    client, url = queue
    client.send_message(QueueUrl=url, MessageBody=told("Delivery", mail))
    source = Queue(settings(events=EventSettings(url)))
    batch = next(source.batches(1, follow=False))
    listener = Listener(school.database, settings())
    listener.take(batch.bodies, SLOT)
    assert waiting(client, url) == 1
    batch.done()
    assert waiting(client, url) == 0
    source.close()


def test_a_queue_that_is_not_there_is_named_with_a_remedy(mail, queue, monkeypatch):
    monkeypatch.setenv("MAIL_EVENTS_QUEUE", queue[1] + "-of-another-name")
    done = run("pull")
    assert done.exit_code == 2
    assert "-of-another-name" in done.stderr
    assert "check [events] queue" in done.stderr


def test_pull_takes_what_the_tracking_server_finished_and_removes_it(school: School, mail, monkeypatch, tmp_path):
    (tmp_path / "a.jsonl").write_text(hit(mail) + "\n\n" + hit(mail, 70, name="r2") + "\n")
    (tmp_path / "b.part").write_text(hit(mail, 80, name="r3") + "\n")
    config = tmp_path / "config"
    config.mkdir()
    for name in ("mail.toml", "courses.toml"):
        text = (settings().templates.parent / "config" / name).read_text(encoding="utf-8")
        (config / name).write_text(text.replace('hits = "var/hits"', f'hits = "{tmp_path}"'), encoding="utf-8")
    monkeypatch.setenv("JOB_CONFIG_DIR", str(config))
    done = run("pull", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["events"] == {"open": 2}
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["b.part"]
    assert "no queue is set" in done.stderr


def test_a_folder_s_file_stays_until_its_last_batch_is_committed(tmp_path, monkeypatch):
    monkeypatch.setattr("mailer_cli.messages.BATCH", 2)
    path = tmp_path / "a.jsonl"
    path.write_text("1\n2\n3\n")
    batches = spooled(tmp_path)
    next(batches).done()
    assert path.exists()
    last = next(batches)
    assert path.exists()
    last.done()
    assert not path.exists()
    assert list(batches) == []


def test_ingest_reads_a_file_and_asks_for_a_person_where_something_is_unreadable(school: School, mail, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(enveloped(bounced(mail, "Permanent", "General")).encode() + b"\n\n")
    done = run("ingest", str(path))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "1 message read: 1 new")
    path.write_bytes(path.read_bytes() + b"\xff\xfe{\n")
    done = run("ingest", str(path))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (3, "2 messages read: 0 new, 1 told before, 1 unreadable")
    assert run("ingest", str(path)).exit_code == 0


def test_ingest_reads_the_standard_input(school: School, mail):
    assert run("ingest", "-", input=told("Delivery", mail)).exit_code == 0
    assert school.mails()["a"] == ("delivered", None)


def test_a_large_file_is_taken_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("mailer_cli.messages.BATCH", 10)
    path = tmp_path / "many.jsonl"
    path.write_text("x\n" * 25)
    assert [len(batch.bodies) for batch in lines_of(str(path))] == [10, 10, 5]


def test_what_is_unmatched_or_unread_is_shown(school: School, mail):
    Listener(school.database, settings()).take([bounced(NOBODY, "Transient", "General"), "nothing, 10.1.2.3"], SLOT)
    shown = run("unmatched").stdout
    assert "1 event of no mail of ours" in shown
    assert "type Transient, subtype General" in shown
    assert json.loads(run("unmatched", "--json").stdout)["total"] == 1
    shown = run("unread").stdout
    assert "nothing, (ip)" in shown
    assert "no JSON object" in shown
