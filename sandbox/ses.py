"""An Amazon SES v2 on loopback for AWS_ENDPOINT_URL_SESV2: it keeps every mail and lets none out.

python -m sandbox.ses 8025 jobs.example.com plain.example.com
"""

import base64
import contextlib
import json
import re
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
SENDING = "/v2/email/outbound-emails"


class Refused(Exception):
    """An error answer as SES gives it; without a request id it is as a proxy gives it."""

    def __init__(self, status: int, code: str, words: str, *, by_aws: bool = True) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.by_aws = status, code, words, by_aws


class Fault(Enum):
    """What the simulator does to one sending, in place of answering it or after taking the mail."""

    HANG_UP_BEFORE = "before"
    HANG_UP_AFTER = "after"
    EMPTY = "empty"  # 200 and nothing else, the mail taken
    CUT_SHORT = "cut"  # 200 and half of the answer, the mail taken
    GATEWAY = "gateway"  # 502, the mail taken


RATE = Refused(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
QUOTA = Refused(429, "TooManyRequestsException", "Daily message quota exceeded.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that was taken; `configuration_set` is the one in force, asked for or an identity's default."""

    message_id: str
    sender: str
    recipient: str
    configuration_set: str | None
    tags: dict[str, str]
    raw: bytes


@dataclass(slots=True)
class Account:
    """What an SES account knows: identities with their default configuration set, sets, and limits."""

    identities: Mapping[str, str | None]
    configuration_sets: Iterable[str] = ("mail_monitoring",)
    rate: int = 14  # mails in any one second
    quota: int = 50_000  # mails in any 24 hours
    clock: Callable[[], float] = time.monotonic
    accepted: list[Accepted] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault | Refused] = field(default_factory=deque)
    taken_at: deque[float] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, request: dict[str, Any]) -> str:
        """Take one mail and return its MessageId, or raise Refused."""
        sender, recipients = request["FromEmailAddress"], request["Destination"].get("ToAddresses", [])
        identity = self._identity(sender)
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])}
        if len(recipients) != 1 or not all(TAG.fullmatch(word) for pair in tags.items() for word in pair):
            raise Refused(400, "BadRequestException", "One recipient and plain tags are expected.")
        raw = base64.b64decode(request["Content"]["Raw"]["Data"])
        if not message_from_bytes(raw)["From"]:
            raise Refused(400, "MessageRejected", "Missing required header 'From'.")
        chosen = request.get("ConfigurationSetName") or self.identities[identity]
        if chosen and chosen not in self.configuration_sets:
            raise Refused(404, "NotFoundException", f"Configuration set <{chosen}> does not exist.")
        return self._take(Accepted(f"0100{uuid.uuid4().hex}-000000", sender, recipients[0], chosen, tags, raw))

    def _identity(self, sender: str) -> str:
        """Return the verified identity that a sender falls under: the address first, then its domain."""
        for name in (sender, sender.rpartition("@")[2]):
            if name in self.identities:
                return name
        raise Refused(400, "MessageRejected", f"Email address is not verified. These identities failed: {sender}")

    def _take(self, mail: Accepted) -> str:
        with self.lock:
            now = self.clock()
            while self.taken_at and self.taken_at[0] <= now - 86_400:
                self.taken_at.popleft()
            if len(self.taken_at) >= self.quota:
                raise QUOTA
            if len(self.taken_at) >= self.rate and self.taken_at[-self.rate] > now - 1:
                raise RATE
            self.taken_at.append(now)
            self.accepted.append(mail)
        return mail.message_id

    def about(self, path: str) -> dict[str, Any]:
        """Answer the questions that a preflight asks, or raise Refused."""
        kind, _, name = path.removeprefix("/v2/email/").partition("/")
        if kind == "account":
            used = {"Max24HourSend": self.quota, "MaxSendRate": self.rate, "SentLast24Hours": len(self.taken_at)}
            return {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": used}
        if kind == "identities" and name in self.identities:
            default = self.identities[name]
            return {"VerifiedForSendingStatus": True} | ({"ConfigurationSetName": default} if default else {})
        if kind == "configuration-sets" and name in self.configuration_sets:
            return {"ConfigurationSetName": name}
        raise Refused(404, "NotFoundException", f"{path} does not exist.")


class SesServer(ThreadingHTTPServer):
    """One account behind HTTP on 127.0.0.1; as a context manager it serves in a thread."""

    daemon_threads = True

    def __init__(self, account: Account, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.account = account

    @property
    def endpoint(self) -> str:
        """Return the URL for AWS_ENDPOINT_URL_SESV2."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "SesServer":
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SesServer

    def do_GET(self) -> None:
        self._guarded(lambda: self._answer(200, self.server.account.about(unquote(self.path))))

    def do_POST(self) -> None:
        self._guarded(self._send)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the standard library's name)
        """Keep quiet: paths may hold addresses."""

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Refused as refused:
            self._answer(refused.status, {"message": refused.words}, refused)

    def _send(self) -> None:
        account = self.server.account
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != SENDING:
            raise Refused(404, "NotFoundException", f"{self.path} is not simulated.")
        account.requests.append(request)
        fault = account.faults.popleft() if account.faults else None
        if isinstance(fault, Refused):
            raise fault
        message_id = "" if fault is Fault.HANG_UP_BEFORE else account.send(request)
        self._respond(fault, {"MessageId": message_id})

    def _respond(self, fault: Fault | None, answer: dict[str, Any]) -> None:
        if fault is None:
            self._answer(200, answer)
        elif fault is Fault.GATEWAY:
            raise Refused(502, "", "Bad Gateway", by_aws=False)
        elif fault in {Fault.EMPTY, Fault.CUT_SHORT}:
            self._write(200, json.dumps(answer).encode()[: 12 if fault is Fault.CUT_SHORT else 0])
        else:
            self.close_connection = True

    def _answer(self, status: int, body: dict[str, Any], refused: Refused | None = None) -> None:
        named = {"x-amzn-ErrorType": refused.code} if refused and refused.code else {}
        traced = {} if refused and not refused.by_aws else {"x-amzn-RequestId": str(uuid.uuid4())}
        self._write(status, json.dumps(body).encode(), named | traced)

    def _write(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = SesServer(Account(dict.fromkeys(sys.argv[2:])), int(sys.argv[1]))
    print(f"SES simulator, no mail leaves it: AWS_ENDPOINT_URL_SESV2={server.endpoint}")
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
