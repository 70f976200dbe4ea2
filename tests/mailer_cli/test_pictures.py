import struct
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jobdb.chromium import chromium
from jobdb.errors import OperatorError, SettingError
from mailer_cli.compose import compose
from mailer_cli.pictures import SCREENS, pictures
from tests.mailer_cli.samples import HONG, edition, posting, settings
from tests.serving import serving

needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH"
)


def size_of(path):
    """Width and height of a PNG, from its header."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    return struct.unpack(">II", content[16:24])


@pytest.fixture
def counter():
    """The address of a server on loopback that counts who asks it, and the count."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *words):
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}", asked


@needs_chromium
def test_a_mail_is_pictured_whole_on_each_screen_and_counts_no_opening(tmp_path, counter):
    url, asked = counter
    mail = compose(edition(*(posting(n) for n in range(6))), HONG, settings(logo_url=f"{url}/o/token.png"))
    paths = list(pictures(mail.html, tmp_path / "new", "mail"))
    assert [path.name for path in paths] == ["mail-390-light.png", "mail-390-dark.png", "mail-640-light.png"]
    sizes = [size_of(path) for path in paths]
    assert [width for width, _ in sizes] == [2 * width for width, _ in SCREENS]
    assert min(height for _, height in sizes) > 2 * 800
    assert paths[0].read_bytes() != paths[1].read_bytes()
    assert asked == []


def test_without_chromium_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("mailer_cli.pictures.chromium", lambda: None)
    with pytest.raises(SettingError, match="apt-get install chromium"):
        list(pictures("<p>", tmp_path, "mail"))


def test_a_chromium_that_fails_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("mailer_cli.pictures.chromium", lambda: "/bin/false")
    with pytest.raises(OperatorError, match=r"^Chromium failed: [^\n]+$"):
        list(pictures("<p>", tmp_path, "mail"))
