"""Invented settings, postings and editions for the tests of the mail."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Region
from mailer_cli.compose import EditionMail, MailPosting, Recipient
from mailer_cli.config import MailSettings, read_mail_settings
from mailer_cli.delivery import Envelope

ROOT = Path(__file__).resolve().parents[2]
SLOT = datetime(2026, 11, 24, 17, tzinfo=KST)  # a Tuesday
LINKS = {
    "saramin": "https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx={}",
    "incruit": "https://job.incruit.com/jobdb_info/jobpost.asp?job={}",
    "wanted": "https://www.wanted.co.kr/wd/{}",
    "jumpit": "https://jumpit.saramin.co.kr/position/{}",
    "worknet": "https://www.work24.go.kr/wk/a/b/1500/empDetailAuthView.do?wantedAuthNo={}&infoTypeCd=VALIDATION",
}
HONG = Recipient("11111111-1111-4111-8111-111111111111", "홍길동", "hong@example.com")


def settings(**changes: Any) -> MailSettings:
    """The shipped mail.toml under an empty environment, with changes."""
    return replace(read_mail_settings(ROOT / "config" / "mail.toml", {}), **changes)


def dated(days: int, hour: int = 23, minute: int = 59) -> Deadline:
    """A deadline so many days after the slot's day."""
    day = SLOT.replace(hour=hour, minute=minute) + timedelta(days=days)
    return Deadline(DeadlineKind.DATED, day)


def posting(number: int = 1, board: str = "saramin", **changes: Any) -> MailPosting:
    """A posting in every respect ordinary, with changes."""
    values: dict[str, Any] = {
        "posting_id": number,
        "title": f"데이터 분석가 {number}호",
        "company": "㈜푸른바다",
        "board": board,
        "url": LINKS[board].format(50_000_000 + number),
        "deadline": dated(11),
        "career": Career(CareerKind.BOTH),
        "regions": (Region("서울", "강남구"),),
        "words": ("데이터 분석",),
    }
    return MailPosting(**(values | changes))


def edition(*postings: MailPosting, **changes: Any) -> EditionMail:
    """A BIGDATA 77 edition of these postings, with changes."""
    return replace(EditionMail(12, 7, "BIGDATA 77", "bigdata", "빅데이터", SLOT, postings or (posting(),)), **changes)


def envelope(number: int = 1, **changes: Any) -> Envelope:
    """An envelope whose mail has a line that begins with a dot, with changes."""
    values: dict[str, Any] = {
        "delivery_id": f"00000000-0000-4000-8000-{number:012d}",
        "sender": "jobs@mail.example.com",
        "recipient": f"student{number}@example.com",
        "route": "default",
        "message": b"From: jobs@mail.example.com\r\nSubject: test\r\n\r\n.hidden\r\nend\r\n",
        "subject": "[BIGDATA 77] 이번 주 채용공고 1건",
        "html": "<p>본문</p>",
        "course": "BIGDATA 77",
        "course_key": "bigdata-7",
        "edition_id": 12,
    }
    return Envelope(**(values | changes))
