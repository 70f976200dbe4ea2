"""The endpoint in both its forms, asked by made-up readers: the packaged function, and `mailer serve-tracking`."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import requests

from mailer_cli.tokens import token
from sandbox.readers import ADDRESS, Visit
from sandbox.ses import Accepted
from tests.infra.lambdaevents import function_url, http_api
from tests.infra.logofunction import KEY, Function
from tests.worlds import ROOT

FORGED = "/o/forged.png"


class Read(NamedTuple):
    """A visit to a mail."""

    mail: Accepted
    visit: Visit


def path_of(read: Read) -> str:
    """What a visit asks for."""
    if read.visit.what == "open":
        return f"/o/{token('open', read.mail.delivery_id, (KEY,))}.png"
    return f"/u/{token('unsubscribe', read.mail.delivery_id, (KEY,))}"


def body_of(read: Read) -> bytes:
    """What a visit posts."""
    return b"List-Unsubscribe=One-Click" if read.visit.what == "one_click" else b""


def ask_function(function: Function, asked: Sequence[Read], round_: int) -> str:
    """Call the function for each visit, and for what scanners and forgers ask besides; what it logs."""
    events = [_event(read, f"request {round_} {number}") for number, read in enumerate(asked)]
    page = f"/u/{token('unsubscribe', asked[0].mail.delivery_id, (KEY,))}"
    events += [http_api("HEAD", path_of(asked[0])), http_api("GET", page), http_api("GET", FORGED)]
    ran = function(*events, http_api("POST", "/u/forged", b"List-Unsubscribe=One-Click"))
    assert {reply["statusCode"] for reply in ran.replies} == {200}
    return ran.output


def _event(read: Read, name: str) -> dict[str, Any]:
    method = "GET" if read.visit.what == "open" else "POST"
    event = (function_url if name.endswith(("1", "3")) else http_api)(method, path_of(read), body_of(read))
    event["headers"] |= {"user-agent": read.visit.agent, "x-forwarded-for": ADDRESS}
    event["requestContext"]["http"] |= {"sourceIp": ADDRESS, "userAgent": read.visit.agent}
    event["requestContext"]["requestId"] = name
    return event


def ask_server(asked: Sequence[Read]) -> str:
    """Ask a server of the environment's settings for each visit, and end it; what it logs."""
    with serving() as (server, address):
        for read in asked:
            headers = {"User-Agent": read.visit.agent, "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}"}
            if read.visit.what == "open":
                answer = requests.get(address + path_of(read), headers=headers)
            else:
                answer = requests.post(address + path_of(read), body_of(read), headers=headers)
            assert answer.status_code == 200
        assert requests.get(address + FORGED).status_code == 200
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=30)
    assert server.returncode == 0
    return log


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`mailer serve-tracking` while the block runs, and its address."""
    command = [sys.executable, "-m", "mailer_cli", "serve-tracking", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            yield server, server.stdout.readline().strip()
        finally:
            server.kill()
