"""Who is told: a Slack-compatible webhook and a service that hears the heartbeat, on loopback."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jobdb import clock
from jobdb.boards import BOARDS

Subject = tuple[str, str]  # kind, and which: a board, a slot's day, a job
LABELS = {board.label: board.key for board in BOARDS.values()}
# What an alert's words are about; a manager has nothing else to go by.
ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("crawl", re.compile(r"^(\S+) 공고 수집\(")),
    ("slot", re.compile(r"^(\d+월 \d+일)\(.\) \d\d:\d\d 발송: ")),
    ("job", re.compile(r"^예약 작업 ([a-z-]+): ")),
    ("unknown", re.compile(r"^(발송 여부)를 알 수 없는 메일이")),
    ("bounces", re.compile(r"^최근 .* (반송)된 메일이")),
    ("complaints", re.compile(r"^최근 .* (신고)된 메일이")),
    ("disk", re.compile(r"^(디스크)")),
    ("database", re.compile(r"^(데이터베이스)에 연결할 수 없습니다")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One incident in an alert (`over`: its end), as who reads it understands it."""

    at: datetime
    subject: Subject
    over: bool
    words: str


class Hook(ThreadingHTTPServer):
    """Keeps what it is told, and when it was asked whether it hears."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.told: list[Told] = []
        self.beats: list[datetime] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, text: str, now: datetime) -> None:
        """Take an alert."""
        for line in text.splitlines():
            if line.startswith("■ "):
                self.told.append(Told(now, subject_of(line[2:]), over=False, words=line))
            elif line.startswith("□ 해결됨: "):
                self.told.append(Told(now, subject_of(line.partition(": ")[2]), over=True, words=line))

    def silences(self, longer: timedelta) -> list[datetime]:
        """When the heartbeat was last heard before it was not for so long."""
        pairs = zip(self.beats, self.beats[1:], strict=False)
        return [before for before, after in pairs if after - before > longer]


def subject_of(words: str) -> Subject:
    """What an incident's words are about; LookupError when nobody could tell."""
    for kind, pattern in ABOUT:
        if found := pattern.search(words):
            return kind, LABELS[found[1]] if kind == "crawl" else found[1]
    raise LookupError(words)


class _Answers(BaseHTTPRequestHandler):
    server: Hook

    def do_GET(self) -> None:
        self.server.beats.append(clock.now())
        self._end()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.take(body["text"], clock.now())
        self._end()

    def _end(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
