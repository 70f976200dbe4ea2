"""The roster over HTTP and from a view: the same columns, whole or not at all."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobdb.errors import DataError, OperatorError, SettingError
from mailer_cli.roster import no_mapping, read_roster, read_view, read_web
from tests.mailer_cli.school import School
from tests.mailer_cli.test_roster_file import HEADER, HONG, ROW, TRACKS
from tests.serving import serving


def student(lms_id: str) -> dict[str, object]:
    return dict(zip(HEADER.split(","), ROW.replace("L1", lms_id).split(","), strict=True)) | {"mail_on": True}


class Lms(ThreadingHTTPServer):
    """An LMS on loopback: path -> (status, body), and what it was asked with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages: dict[str, tuple[int, object]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Pages(BaseHTTPRequestHandler):
    server: Lms

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        status, body = self.server.pages.get(self.path, (404, ""))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", str(body))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def lms() -> Iterator[Lms]:
    with serving(Lms()) as server:
        yield server


def read(lms: Lms, path: str = "/v1"):
    return read_roster(read_web(lms.url + path, "t0ken"), TRACKS, no_mapping())


def test_pages_are_followed_with_the_token(lms: Lms):
    lms.pages = {
        "/v1": (200, {"students": [student("L1")], "next": "/v1?page=2", "total": 2}),
        "/v1?page=2": (200, {"students": [student("L2") | {"phone": None}], "next": None, "total": 2}),
    }
    roster = read(lms)
    assert roster.students["L1"] == HONG
    assert roster.students["L2"].phone == ""
    assert lms.asked == [("/v1", "Bearer t0ken"), ("/v1?page=2", "Bearer t0ken")]


ONE = {"students": [student("L1")]}
BAD = {
    "refused": (403, "", OperatorError, "page 1: HTTP 403; look at LMS_TOKEN"),
    "broken": (500, "", OperatorError, "page 1: HTTP 500; look at the address"),
    "a redirect": (302, "https://elsewhere.example/", OperatorError, "page 1: HTTP 302"),
    "cut off": (200, b'{"students": [', DataError, "no JSON, or cut off"),
    "a list": (200, [], DataError, "must be .*students"),
    "another host": (200, ONE | {"next": "https://elsewhere.example/v1"}, DataError, "leads to another host"),
    "a circle": (200, ONE | {"next": "/v1"}, DataError, "leads back"),
    "too few": (200, ONE | {"total": 7}, DataError, "1 students came of 7; nothing was imported"),
    "nested": (200, {"students": [student("L1") | {"name": ["a"]}]}, DataError, "name must be one value"),
    "no object": (200, {"students": ["L1"]}, DataError, "a student must be an object"),
    "a column less": (200, {"students": [{"lms_id": "L1"}]}, DataError, "no column name, email"),
    "a bad row": (200, {"students": [student("L1") | {"email": "x"}]}, DataError, "page 1, student 1: email without @"),
    "nobody": (200, {"students": []}, DataError, "no students came"),
}


@pytest.mark.parametrize(("status", "body", "kind", "told"), BAD.values(), ids=BAD.keys())
def test_what_is_no_roster_is_named_and_not_taken(lms: Lms, status, body, kind, told):
    lms.pages = {"/v1": (status, body)}
    with pytest.raises(kind, match=told) as refused:
        read(lms)
    assert "t0ken" not in str(refused.value)


def test_nobody_answers(lms: Lms):
    with pytest.raises(OperatorError, match="the LMS does not answer"):
        read_web("http://127.0.0.1:1/v1", "")


def test_people_s_data_do_not_travel_in_the_open():
    with pytest.raises(OperatorError, match="use an https:// address"):
        read_web("http://lms.example/v1", "t0ken")


VIEW = """
    CREATE SCHEMA lms;
    CREATE VIEW lms.roster AS SELECT 'L1' AS lms_id, '홍길동' AS name, 'hong@example.com' AS email,
        '010-0000-0001' AS phone, 'pm' AS track, 'PM 12' AS course, DATE '2026-03-02' AS starts_on,
        DATE '2026-09-01' AS ends_on, '교육 중' AS status, true AS mail_on,
        TIMESTAMPTZ '2026-11-01 00:00Z' AS updated_at;
    CREATE FUNCTION lms.spoil() RETURNS text LANGUAGE sql AS 'INSERT INTO course (name) VALUES (''x'') RETURNING name';
    CREATE VIEW lms.writes AS SELECT lms.spoil() AS lms_id;
"""


@pytest.fixture
def dsn(school: School) -> str:
    school.run(VIEW)
    return os.environ["DATABASE_URL"]


def test_a_view_is_read(dsn: str):
    assert read_roster(read_view(dsn, "lms.roster"), TRACKS, no_mapping()).students == {"L1": HONG}


def test_a_view_is_only_read(dsn: str):
    with pytest.raises(DataError, match="read-only transaction"):
        read_view(dsn, "lms.writes")


@pytest.mark.parametrize("name", ["lms.none", "none", 'x"; DROP TABLE student; --', ""])
def test_a_view_that_is_not_there_is_named(dsn: str, name: str):
    with pytest.raises(DataError, match="look at --view"):
        read_view(dsn, name)


def test_an_address_is_needed_and_never_shown():
    with pytest.raises(SettingError, match="set LMS_DATABASE_URL"):
        read_view("", "roster")
    with pytest.raises(OperatorError, match="does not answer") as refused:
        read_view("postgresql://lms:s3cret@127.0.0.1:1/lms", "roster")
    assert "s3cret" not in str(refused.value)
