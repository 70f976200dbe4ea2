"""`mailer serve-tracking` as mail programs and browsers meet it: a real server, real requests."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from infra.picture import DEFAULT_LOGO, read_logo
from jobdb.chromium import chromium, launch_options
from mailer_cli.tokens import token

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
AGENT = "Mozilla/5.0 (test)"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Server:
    """`mailer serve-tracking` in a process of its own."""

    def __init__(self, folder: Path, *words: str, tracking: str = "https://track.example.com") -> None:
        self.folder = folder / "hits"
        settings = (ROOT / "config" / "mail.toml").read_text().replace('tracking = ""', f'tracking = "{tracking}"')
        (folder / "mail.toml").write_text(settings)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mailer_cli", "serve-tracking", "--port", "0", "--hits", str(self.folder), *words],
            cwd=ROOT,
            env=os.environ | {"JOB_CONFIG_DIR": str(folder), "MAIL_TOKEN_KEYS": KEY.hex()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def hits(self, delivery: str) -> list[tuple[str, str | None]]:
        """The kinds of a delivery's hits and how it was unsubscribed, from files finished or not."""
        while True:
            with suppress(FileNotFoundError):  # it was renamed between being listed and being read
                text = "".join(file.read_text() for file in self.folder.glob("*.*"))
                found = [json.loads(line) for line in text.splitlines()]
                return [(hit["hit"], hit.get("how")) for hit in found if hit["delivery"] == delivery]

    def end(self, sign: signal.Signals | None = None) -> tuple[int, str]:
        """End the server by a signal, or wait for its own end; return its exit code and its log."""
        if sign:
            self.process.send_signal(sign)
        _, log = self.process.communicate(timeout=30)
        return self.process.returncode, log


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[Server]:
    server = Server(folder, *words)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.communicate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("tracking")) as server:
        yield server


def delivery() -> str:
    return str(uuid4())


def logo(of: str, key: bytes = KEY) -> str:
    return f"/o/{token('open', of, (key,))}.png"


def page(of: str, key: bytes = KEY) -> str:
    return f"/u/{token('unsubscribe', of, (key,))}"


def answered(response: requests.Response) -> tuple[int, dict[str, str], bytes]:
    """What a client can tell two answers apart by, but for the time of day."""
    headers = {name.lower(): value for name, value in response.headers.items() if name.lower() != "date"}
    return response.status_code, headers, response.content


def test_a_logo_is_a_hit_and_its_head_is_none(server):
    one = delivery()
    head = requests.head(server.address + logo(one))
    assert server.hits(one) == []
    got = requests.get(server.address + logo(one), headers={"User-Agent": AGENT})
    assert got.content == read_logo(DEFAULT_LOGO)
    assert (head.status_code, dict(head.headers) | {"date": ""}) == (200, dict(got.headers) | {"date": ""})
    assert server.hits(one) == [("open", None)]


@pytest.mark.parametrize("how", ["urlencoded", "multipart", "button"])
def test_a_post_unsubscribes_once_and_again(server, how):
    one = delivery()
    sent = {"urlencoded": {"data": ONE_CLICK}, "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}}}.get(
        how, {}
    )
    answers = [requests.post(server.address + page(one), **sent, allow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not answers[0].cookies
    assert server.hits(one) == [("unsubscribe", "page" if how == "button" else "one_click")] * 2


def test_a_get_unsubscribes_nobody(server):
    one = delivery()
    assert "<button>" in requests.get(server.address + page(one)).text
    assert requests.head(server.address + page(one)).status_code == 200
    assert server.hits(one) == []


@pytest.mark.parametrize(
    ("method", "link"), [("GET", logo), ("HEAD", logo), ("GET", page), ("HEAD", page), ("POST", page)]
)
def test_a_forged_token_is_answered_as_a_true_one(server, method, link):
    one = delivery()
    true, forged = (requests.request(method, server.address + link(one, key)) for key in (KEY, bytes(32)))
    assert answered(true) == answered(forged)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_%.~"
NAMES = st.text(LETTERS, min_size=1, max_size=60).filter(lambda name: name.strip("."))


@examples(max_examples=60)
@given(st.sampled_from(["GET", "POST"]), st.sampled_from("ou"), NAMES, st.binary(max_size=3000))
def test_no_request_brings_it_down(server, method, place, name, body):
    with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as connection:
        head = (
            f"{method} /{place}/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        status = connection.makefile("rb").readline()
    assert status.split()[1] == (b"405" if (method, place) == ("POST", "o") else b"200")
    assert server.process.poll() is None


@examples(max_examples=30)
@given(st.binary(min_size=1, max_size=200))
def test_no_bytes_bring_it_down(server, words):
    with (
        socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as connection,
        suppress(OSError),
    ):
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(100)
    assert requests.get(server.address + "/u/x").status_code == 200


def test_a_long_body_is_answered_after_its_beginning(server):
    one = delivery()
    with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as connection:
        head = f"POST {page(one)} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
        connection.sendall(head.encode() + b"List-Unsubscribe=One-Click&" + b"x" * 2000)
        assert connection.makefile("rb").readline().split()[1] == b"200"
    assert server.hits(one) == [("unsubscribe", "one_click")]


def test_a_client_that_hangs_up_in_the_middle_is_no_hit(server):
    one = delivery()
    with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as connection:
        connection.sendall(f"POST {page(one)} HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nList".encode())
    assert requests.get(server.address + "/u/x").status_code == 200
    assert server.hits(one) == []


IMPATIENT = """
from mailer_cli.tracking import server
from mailer_cli.tracking.listener import listening
server.PATIENCE = 0.2
async def answer(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})
listener = listening("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
server.serve(answer, listener)
"""


@pytest.mark.parametrize(
    "words", [b"", b"GET /o/x HTT", b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"]
)
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_a_client_that_takes_its_time_is_cut_off(impatient, before, words):
    with socket.create_connection(("127.0.0.1", impatient)) as connection:
        if before:
            connection.sendall(before)
            assert connection.recv(1000).startswith(b"HTTP/1.1 204")
        connection.sendall(words)
        connection.settimeout(20)
        with suppress(ConnectionResetError):
            assert connection.recv(1000) == b""


@pytest.fixture(scope="module")
def impatient() -> Iterator[int]:
    """The port of a server that waits a fifth of a second for a request."""
    with subprocess.Popen([sys.executable, "-c", IMPATIENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.kill()


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_end_finishes_the_hits_and_the_log_knows_no_reader(tmp_path, sign, code):
    one = delivery()
    with serving(tmp_path) as server:
        requests.get(server.address + logo(one), headers={"User-Agent": AGENT})
        requests.post(server.address + page(one), data=ONE_CLICK)
        requests.get(server.address + logo(one, bytes(32)))
        ended, log = server.end(sign)
    assert ended == code
    assert "ForgedTokens 1, LogoOpens 1, Unsubscribes 1" in log
    for private in ("127.0.0.1", AGENT, one, logo(one)[3:], page(one)[3:]):
        assert private not in log
    assert [file.suffix for file in server.folder.iterdir() if file.name != ".lock"] == [".jsonl"]
    assert server.hits(one) == [("open", None), ("unsubscribe", "one_click")]


def test_a_killed_server_loses_nothing_that_it_answered(tmp_path):
    one = delivery()
    with serving(tmp_path) as server:
        for _ in range(20):
            requests.get(server.address + logo(one))
        server.end(signal.SIGKILL)
        assert not list(server.folder.glob("*.jsonl"))
    with serving(tmp_path) as again:
        assert len(list(again.folder.glob("*.jsonl"))) == 1
        assert again.hits(one) == [("open", None)] * 20


def test_its_own_logo(tmp_path):
    picture = read_logo(DEFAULT_LOGO) + b"ours"
    (tmp_path / "school.png").write_bytes(picture)
    with serving(tmp_path, "--logo", str(tmp_path / "school.png")) as server:
        assert requests.get(server.address + "/o/x.png").content == picture


def test_a_folder_in_use_a_taken_port_and_a_missing_setting_are_said(tmp_path, server):
    busy = Server(tmp_path, "--hits", str(server.folder))
    assert busy.end() == (2, f"error: {server.folder}: another server writes its hits there; stop it, or give --hits\n")
    port = server.address.rpartition(":")[2]
    taken = Server(tmp_path, "--port", port)
    assert taken.end() == (2, f"error: 127.0.0.1:{port}: Address already in use; give another --host or --port\n")
    code, words = Server(tmp_path, tracking="").end()
    assert (code, "[links] tracking is empty" in words) == (2, True)


@pytest.mark.skipif(chromium() is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH")
def test_the_button_unsubscribes_in_a_browser_under_the_page_s_own_policy(server):
    from playwright.sync_api import sync_playwright

    one, said = delivery(), list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(chromium()))
        tab = browser.new_page(java_script_enabled=False, viewport={"width": 390, "height": 720})
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(server.address + page(one))
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        tab.click("button")
        assert "접수되었습니다" in re.sub(r"\s+", " ", tab.inner_text("h1"))
        browser.close()
    assert said == []
    assert server.hits(one) == [("unsubscribe", "page")]
