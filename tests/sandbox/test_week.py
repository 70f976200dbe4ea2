"""The made-up week of a rehearsal: told twice it is the same, and all of it is understood."""

import json
import subprocess
import sys
from dataclasses import replace

from mailer_cli.delivery import Outbox
from mailer_cli.events.reading import read
from mailer_cli.events.told import Event
from sandbox.readers import HABITS, visits
from sandbox.week import taken
from tests.mailer_cli.samples import ROOT, envelope, settings

MAIL = """From: jobs@mail.example.com\r
To: <{}>\r
Subject: [BIGDATA 77] jobs\r
Date: Tue, 24 Nov 2026 17:00:00 +0900\r
List-Unsubscribe: <https://track.example.com/u/token>\r
X-Jm-Delivery: {}\r
Content-Type: text/html; charset=utf-8\r
\r
<a href="https://www.wanted.co.kr/wd/1?a=1&amp;b=2">one</a> <a class="x" href="https://www.wanted.co.kr/wd/2">two</a>
<a href="https://www.wanted.co.kr/wd/2">two</a> <a href="https://track.example.com/u/token">leave</a>\r
"""


def week(tmp_path) -> list[str]:
    out = tmp_path / "week.jsonl"
    subprocess.run(
        [sys.executable, "-m", "sandbox.week", str(tmp_path / "outbox"), "--out", str(out)], cwd=ROOT, check=True
    )
    return out.read_text(encoding="utf-8").splitlines()


def filled(tmp_path, mails: int = 120):
    outbox = Outbox(settings(outbox=tmp_path / "outbox"))
    for number in range(mails):
        one = envelope(number, route="chunjae" if number % 9 == 0 else "default")
        outbox.deliver(replace(one, message=MAIL.format(one.recipient, one.delivery_id).encode()))
    outbox.close()


def test_a_week_is_told_twice_in_the_same_words(tmp_path):
    filled(tmp_path)
    first = week(tmp_path)
    assert first == week(tmp_path)
    told = [read(line) for line in first]
    assert all(isinstance(each, Event) for each in told)
    assert len({each.digest for each in told}) == len(told)
    kinds = {"send", "delivery", "bounce", "open", "click", "unsubscribe"}
    assert {each.kind for each in told} == kinds | {each.kind for each in told if each.kind == "complaint"}


def test_ses_tells_nothing_of_the_other_route(tmp_path):
    filled(tmp_path, 60)
    others = {f"00000000-0000-4000-8000-{number:012d}" for number in range(0, 60, 9)}
    told = {json.loads(line).get("delivery") for line in week(tmp_path) if "eventType" not in line}
    noticed = [line for line in week(tmp_path) if "eventType" in line]
    assert told & others
    assert not [line for line in noticed if any(other in line for other in others)]


def test_readers_follow_a_mail_s_links_and_never_its_own(tmp_path):
    filled(tmp_path)
    mails = list(taken(tmp_path / "outbox"))
    shown = {"https://www.wanted.co.kr/wd/1?a=1&b=2", "https://www.wanted.co.kr/wd/2"}
    clicked = {visit.link for mail in mails for visit in visits(mail) if visit.what == "click"}
    assert clicked == shown
    assert {len(visits(mail)) == 0 for mail in mails} == {True, False}
    assert sum(habit.share for habit in HABITS) == 100
