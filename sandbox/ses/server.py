"""The account behind HTTP, in the protocol of SES v2."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from sandbox.ses.account import Account
from sandbox.ses.faults import Fault, Refused

SENDING = "/v2/email/outbound-emails"


class SesServer:
    """One account on 127.0.0.1; as a context manager it serves in a thread.

    `patience` is for how long a hanging answer hangs, `latency` comes before and after taking a mail (seconds);
    `watcher` is called when a sending has come in. Several servers may share an account.
    """

    def __init__(
        self,
        account: Account,
        port: int = 0,
        patience: float = 90,
        latency: float = 0,
        watcher: Callable[[], object] = lambda: None,
    ) -> None:
        self.account, self.patience, self.latency, self.watcher = account, patience, latency, watcher
        self._port = port
        self._listener: _Listener | None = None

    @property
    def endpoint(self) -> str:
        """Return the URL for AWS_ENDPOINT_URL_SESV2."""
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Listen, on the port of before if there was one."""
        self._listener = _Listener(self, self._port)
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._listener:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener.hang_up()
            self._listener = None

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse connections while the block runs."""
        self.close()
        yield
        self.open()

    def __enter__(self) -> "SesServer":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, ses: SesServer, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.ses = ses
        self.connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Break every connection that is open."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet of clients that were killed in the middle of a request."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_GET(self) -> None:
        self._guarded(lambda: self._answer(200, self.server.ses.account.about(unquote(self.path))))

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
        account = self.server.ses.account
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != SENDING:
            raise Refused(404, "NotFoundException", f"{self.path} is not simulated.")
        account.requests.append(request)
        self.server.ses.watcher()
        fault = account.next_fault()
        if isinstance(fault, Refused):
            raise fault
        self._dawdle()
        message_id = account.send(request) if fault is None or fault.takes else ""
        self._dawdle()
        self._respond(fault, {"MessageId": message_id})

    def _dawdle(self) -> None:
        if self.server.ses.latency:
            time.sleep(self.server.ses.latency / 2)

    def _respond(self, fault: Fault | None, answer: dict[str, Any]) -> None:
        if fault is None:
            self._answer(200, answer)
        elif fault is Fault.GATEWAY:
            raise Refused(502, "", "Bad Gateway", by_aws=False)
        elif fault in {Fault.EMPTY, Fault.CUT_SHORT}:
            self._write(200, json.dumps(answer).encode()[: 12 if fault is Fault.CUT_SHORT else 0])
        else:
            if fault in {Fault.HANG_BEFORE, Fault.HANG_AFTER}:
                time.sleep(self.server.ses.patience)
            self.close_connection = True

    def _answer(self, status: int, body: dict[str, Any], refused: Refused | None = None) -> None:
        named = {"x-amzn-ErrorType": refused.code} if refused and refused.code else {}
        traced = {} if refused and not refused.by_aws else {"x-amzn-RequestId": str(uuid.uuid4())}
        self._write(status, json.dumps(body).encode(), named | traced)

    def _write(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Write head and body at once: two packets would wait for the client's delayed acknowledgement."""
        told = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = [f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}"]
        head += [f"{name}: {value}" for name, value in told.items()]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)
