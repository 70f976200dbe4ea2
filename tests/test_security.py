"""Nobody is believed without a certificate, and no secret comes out, whatever fails."""

import gzip
import os
import socket
import ssl
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from aiosmtpd.controller import Controller

from jobdb import db, transport
from jobdb.errors import DatabaseError, OperatorError
from mailer_cli.config import SmtpSettings
from mailer_cli.delivery import DeliveryError, Smtp
from mailer_cli.links import crawler_s
from mailer_cli.roster import read_web
from tests.certificates import self_made, server_context
from tests.mailer_cli.samples import envelope, settings
from tests.serving import serving
from tests.worlds import ROOT

ROSTER = b'{"students": [{"lms_id": "L1"}], "next": null}'
BODIES = {
    "/": ROSTER,
    "/packed": gzip.compress(ROSTER),
    "/packed/bomb": gzip.compress(bytes(65 * 1024 * 1024), compresslevel=1),
}


@pytest.fixture
def certificate(tmp_path):
    return self_made(tmp_path)


def trust(monkeypatch, certificate):
    """OpenSSL's own way to name the authorities that a process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


# The other side proves its name ---------------------------------------------------------------------------------------


class Taking:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, asked):  # noqa: N802 (aiosmtpd finds it by this name)
        self.taken.append(asked.original_content)
        return "250 queued as 42"


@pytest.fixture
def relay(certificate):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    house = Taking()
    server = Controller(house, "127.0.0.1", port, tls_context=server_context(certificate), require_starttls=True)
    server.start()
    yield house, replace(SmtpSettings("localhost", port, starttls=True, username="", password=""))
    server.stop()


def test_a_mail_relay_with_a_self_made_certificate_gets_nothing(relay, certificate, monkeypatch):
    house, chosen = relay
    with pytest.raises(DeliveryError, match=r"not as set.*self-signed certificate") as refused:
        Smtp(settings(smtp=chosen)).deliver(envelope())
    assert refused.value.stop
    assert house.taken == []
    trust(monkeypatch, certificate)
    with closing(Smtp(settings(smtp=chosen))) as delivery:
        assert delivery.deliver(envelope()) == "queued as 42"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        body = BODIES[self.path]
        if self.path.startswith("/packed"):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def https(certificate):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.socket = server_context(certificate).wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield server


def test_an_lms_with_a_self_made_certificate_gets_no_token(https, certificate, monkeypatch):
    url = f"https://localhost:{https.server_port}/"
    with pytest.raises(OperatorError, match="self-signed certificate"):
        read_web(url, "t0ken")
    trust(monkeypatch, certificate)
    assert read_web(url, "t0ken").header == ("lms_id",)


def fetched(url, **environment):
    """Fetch an address the way a crawl does, under the project's settings."""
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "fetch",
        "--nolog",
        "-s",
        "ROBOTSTXT_OBEY=0",
        "-s",
        "RETRY_ENABLED=0",
        url,
    ]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, env=os.environ | environment, timeout=60
    ).stdout


def test_a_board_with_a_self_made_certificate_is_not_read(https, certificate):
    url = f"https://localhost:{https.server_port}/"
    assert fetched(url).strip() == b""
    assert fetched(url, SSL_CERT_FILE=str(certificate)).strip() == ROSTER


def test_a_page_that_unpacks_to_more_than_any_page_has_is_dropped(https, certificate):
    url = f"https://localhost:{https.server_port}/packed"
    assert fetched(url, SSL_CERT_FILE=str(certificate)).strip() == ROSTER
    assert fetched(f"{url}/bomb", SSL_CERT_FILE=str(certificate)).strip() == b""


def greet_as_postgresql(listener, certificate):
    """Answer as PostgreSQL does before a session begins: yes to TLS, then the certificate."""
    with closing(listener.accept()[0]) as asked:
        asked.recv(8)
        asked.sendall(b"S")
        try:
            server_context(certificate).wrap_socket(asked, server_side=True).recv(1)
        except (ssl.SSLError, ConnectionError):
            return


def test_a_database_elsewhere_with_a_self_made_certificate_gets_no_password(certificate, monkeypatch):
    monkeypatch.setattr(transport, "is_loopback", lambda host: False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=greet_as_postgresql, args=(listener, certificate))
        thread.start()
        with pytest.raises(DatabaseError, match="certificate verify failed"):
            db.open_database(f"postgresql://jobs:planted@localhost:{listener.getsockname()[1]}/jobs")
        thread.join()


# No secret comes out --------------------------------------------------------------------------------------------------

SECRETS = {
    "SMTP_PASSWORD": "planted-smtp",
    "LMS_TOKEN": "planted-lms",
    "LMS_DATABASE_URL": "postgresql://reader:planted-view@127.0.0.1:9/lms",
    "SARAMIN_ACCESS_KEY": "planted-saramin",
    "WORK24_API_KEY": "planted-work24",
    "WANTED_CLIENT_ID": "planted-wanted-id",
    "WANTED_CLIENT_SECRET": "planted-wanted",
    "AWS_ACCESS_KEY_ID": "planted-aws-id",
    "AWS_SECRET_ACCESS_KEY": "planted-aws",
    "MAIL_TOKEN_KEYS": "706c616e74656470",  # too short: the settings that need it are refused
    "JOB_READER_PASSWORD": "planted-reader",
    "ALERT_WEBHOOK_URL": "https://127.0.0.1:9/planted-webhook",
    "ALERT_HEARTBEAT_URL": "https://127.0.0.1:9/planted-heartbeat",
}
NOWHERE = "https://127.0.0.1:9"
DOWN = "postgresql://jobs:planted-database@127.0.0.1:9/jobs"
TRUSTING = "postgresql://reader:planted-view@lms.example.com/lms?sslmode=allow"
MAILER, SCRAPY, JOBDB = ("mailer_cli",), ("scrapy",), ("jobdb",)
FAILING = [
    ((*MAILER, "roster", "import", "--url", "https://127.0.0.1:9/students?key=planted"), {}),
    ((*MAILER, "roster", "import", "--url", "http://lms.example.com/students?key=planted"), {}),
    ((*MAILER, "roster", "import", "--view", "students"), {}),
    ((*MAILER, "roster", "import", "--view", "students"), {"LMS_DATABASE_URL": "planted garbage"}),
    ((*MAILER, "roster", "import", "--view", "students", "--dsn", TRUSTING), {}),
    ((*MAILER, "status"), {"DATABASE_URL": DOWN}),
    ((*MAILER, "status"), {"DATABASE_URL": "postgresql://jobs:pl@nted-planted@127.0.0.1:9/jobs"}),
    ((*MAILER, "status"), {"DATABASE_URL": "jobs:planted"}),
    ((*MAILER, "status"), {"DATABASE_URL_FILE": "{open}", "DATABASE_URL": ""}),
    ((*MAILER, "status"), {"AWS_ENDPOINT_URL_SQS": "http://planted:planted@queue.example.com"}),
    ((*MAILER, "send", "--early"), {"JOB_CONFIG_DIR": "{tracking}"}),
    ((*MAILER, "watch"), {}),
    ((*MAILER, "events", "pull"), {"MAIL_EVENTS_QUEUE": f"{NOWHERE}/1/q", "AWS_ENDPOINT_URL_SQS": NOWHERE}),
    ((*JOBDB, "migrate"), {"DATABASE_URL": DOWN}),
    ((*JOBDB, "migrate"), {"DATABASE_URL": "host=127.0.0.1 port=9 password=planted-dsn"}),
    ((*JOBDB, "roles"), {"DATABASE_URL": DOWN}),
    ((*SCRAPY, "crawl", "saramin"), {"JOBSPIDER_SANDBOX": "http://127.0.0.1:9"}),
    ((*SCRAPY, "crawl", "worknet"), {"JOBSPIDER_SANDBOX": "http://127.0.0.1:9"}),
    ((*SCRAPY, "crawl", "wanted"), {"JOBSPIDER_SANDBOX": "http://127.0.0.1:9", "WANTED_SOURCE": "openapi"}),
    ((*SCRAPY, "crawl", "saramin"), {"SARAMIN_ACCESS_KEY": "", "SARAMIN_ACCESS_KEY_FILE": "{open}"}),
]  # fmt: skip


@pytest.fixture
def places(tmp_path):
    """A secret's file that others can read, and a configuration with a tracking endpoint."""
    lying_open = tmp_path / "secret"
    lying_open.write_text(DOWN)
    lying_open.chmod(0o644)
    tracking = tmp_path / "config"
    tracking.mkdir()
    for name in ("courses.toml", "mail.toml"):
        text = (ROOT / "config" / name).read_text()
        (tracking / name).write_text(text.replace('tracking = ""', 'tracking = "https://t.example.org"'))
    return {"open": str(lying_open), "tracking": str(tracking)}


@pytest.mark.parametrize(("command", "changes"), FAILING, ids=lambda words: " ".join(words) if words else "")
def test_what_fails_says_no_secret(database, places, tmp_path, command, changes):
    told = {name: value.format(**places) for name, value in changes.items()}
    environment = os.environ | SECRETS | {"JOBSPIDER_LOG_LEVEL": "DEBUG", "JOBSPIDER_KEPT_PAGES": str(tmp_path)} | told
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )
    said = done.stdout + done.stderr
    assert done.returncode or "warning: " in said, said
    assert said.strip()
    assert command[0] == "scrapy" or "Traceback" not in said  # at DEBUG, Scrapy shows where a request failed
    assert [line for line in said.splitlines() if "planted" in line or SECRETS["MAIL_TOKEN_KEYS"] in line] == []


def test_the_recheck_crawl_knows_no_secret_of_the_mail():
    mail_s = {name: value for name, value in SECRETS.items() if name.startswith(("SMTP", "LMS", "AWS", "MAIL"))}
    kept = {"PATH": "/bin", "SARAMIN_ACCESS_KEY": "k", "DATABASE_URL": "mailer's"}
    assert crawler_s(mail_s | kept | {"SMTP_PASSWORD_FILE": "x"}) == kept
    own = {"JOBSPIDER_DATABASE_URL_FILE": "/run/secrets/crawler"}
    assert crawler_s(kept | own) == {name: value for name, value in (kept | own).items() if name != "DATABASE_URL"}


def test_no_line_of_the_code_turns_verification_off():
    weak = (
        "verify=False",
        "CERT_NONE",
        "ignore_https_errors",
        "check_hostname = False",
        "_create_unverified",
        "--insecure",
    )
    packages = ("jobdb", "jobspider", "mailer_cli", "ops", "infra")
    sources = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    assert [(path.name, word) for path in sources for word in weak if word in path.read_text()] == []
    assert len(sources) > 100
