"""gspread itself against Google's endpoints on loopback: the token, the Sheet's metadata, its values."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter

from jobdb.errors import SettingError
from mailer_cli.cli import mailer
from mailer_cli.forms import sheet
from tests.mailer_cli.school import NOON, School

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


@pytest.fixture
def google(tmp_path: Path, monkeypatch) -> Iterator[Google]:
    server = Google()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {
        "type": "service_account",
        "client_email": "robot@school.example",
        "private_key": key.decode(),
        "token_uri": f"http://127.0.0.1:{server.server_port}/token",
    }
    (tmp_path / "key.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.setenv("SHEET_ID", "sheet-id")
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    real = sheet.session_of

    def redirected(key_file):
        session = real(key_file)
        session.mount("https://sheets.googleapis.com", Loopback(server.server_port))
        return session

    monkeypatch.setattr(sheet, "session_of", redirected)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def pull(*words: str):
    return CliRunner().invoke(mailer, ["refusals", "pull", *words])


def test_refusals_are_pulled_with_a_service_account(google: Google, school: School):
    told = pull()
    assert (told.exit_code, told.output) == (0, "1 answer read, 1 new; 1 newly refused\n")
    assert school.rows("SELECT address, reason FROM suppression") == [("hong@example.com", "form")]
    assert school.rows("SELECT source, header, problem FROM form_reading") == [("sheet", VALUES[0], None)]
    assert {token for _, token in google.asked} == {"Bearer t0ken"}
    assert google.asked[0][0] == "/v4/spreadsheets/sheet-id"


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "not shared with the service account"), (404, "cannot be read"), (429, "cannot be read"), (500, "cannot")],
)
def test_a_sheet_that_does_not_come_stops_the_mail(google: Google, school: School, status, told):
    google.status = status
    refused = pull()
    assert refused.exit_code == 3
    assert told in refused.stderr
    assert "robot@school.example" not in refused.stderr
    assert school.rows("SELECT problem IS NOT NULL FROM form_reading") == [(True,)]
    school.student("a")
    assert CliRunner().invoke(mailer, ["plan"]).exit_code == 3


def test_a_tab_is_named(google: Google, tmp_path: Path):
    google.tabs = {"요약": [["합계"]], "설문지 응답 시트1": VALUES}
    session = sheet.session_of(str(tmp_path / "key.json"))
    assert sheet.read_sheet(session, "sheet-id") == [["합계"]]
    assert sheet.read_sheet(session, "sheet-id", "설문지 응답 시트1") == VALUES
    with pytest.raises(sheet.UnreadableSheet, match="WorksheetNotFound"):
        sheet.read_sheet(session, "sheet-id", "없는 탭")


@pytest.mark.parametrize("content", ["", "{}", '{"type": "service_account"}'])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content):
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(SettingError, match="is no service account's key"):
        sheet.session_of(str(tmp_path / "key.json"))
