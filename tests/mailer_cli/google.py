"""Google on loopback: the token endpoint, the Sheets API, and a service account's key for them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2.service_account import Credentials
from requests.adapters import HTTPAdapter

from mailer_cli.forms import sheet
from tests.serving import serving

VALUES = [["타임스탬프", "성함", "이메일"], ["2026. 11. 20 오후 3:12:45", "홍길동", "hong@example.com"]]


class Google(ThreadingHTTPServer):
    """The token endpoint and the Sheets API: tab -> values; `status` refuses what is asked of the API."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Endpoints)
        self.tabs: dict[str, list[list[str]]] = {"설문지 응답 시트1": VALUES}
        self.status = 200
        self.asked: list[tuple[str, str | None]] = []


class Endpoints(BaseHTTPRequestHandler):
    server: Google

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append((path, self.headers["Authorization"]))
        if self.server.status != 200:
            error = {"code": self.server.status, "message": "no, robot@school.example", "status": "NO"}
            self.answer({"error": error}, self.server.status)
        elif "/values/" in path:
            self.answer({"values": self.server.tabs[path.rpartition("/")[2].strip("'")]})
        else:
            tabs = [
                {"properties": {"sheetId": n, "title": name, "index": n}} for n, name in enumerate(self.server.tabs)
            ]
            self.answer({"properties": {"title": "수신거부"}, "sheets": tabs})

    def answer(self, body, status=200):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Loopback(HTTPAdapter):
    """Sends what is meant for sheets.googleapis.com to the loopback server."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def send(self, request, **options):
        request.url = request.url.replace("https://sheets.googleapis.com", f"http://127.0.0.1:{self.port}")
        return super().send(request, **options)


@contextmanager
def google_on_loopback(key_file: Path, patch: pytest.MonkeyPatch) -> Iterator[Google]:
    """Play Google while the block runs, to who reads a Sheet with the key that is written to `key_file`."""
    with serving(Google()) as server:
        key_file.write_text(json.dumps(_account(server.server_port)))
        real = sheet.session_of

        def redirected(key_file: str):
            session = real(key_file)
            session.mount("https://sheets.googleapis.com", Loopback(server.server_port))
            return session

        patch.setattr(sheet, "session_of", redirected)
        # google-auth asks, beside the token, where in the world the account may be used
        patch.setattr(Credentials, "_build_regional_access_boundary_lookup_url", lambda *_, **__: None)
        yield server


def _account(port: int) -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account", "client_email": "robot@school.example", "private_key": key.decode(),
        "token_uri": f"http://127.0.0.1:{port}/token",
    }  # fmt: skip
