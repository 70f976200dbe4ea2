"""Is all well? The facts of the database, the disk and the schedule, judged."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jobdb.boards import BOARDS
from mailer_cli import approval
from mailer_cli.audience import audience
from mailer_cli.config import MailSettings
from mailer_cli.records import EditionState
from mailer_cli.slots import last_slot, next_slot
from mailer_cli.store import editions, holds, roster, watching
from mailer_cli.watching import (
    Finding,
    Harm,
    LastCrawl,
    LastRun,
    PlannedJob,
    SlotFacts,
    crawl_findings,
    harm_findings,
    job_findings,
    slot_finding,
    unknown_finding,
)
from mailer_cli.watching.jobs import IN_A_ROW
from mailer_cli.watching.slot import GRACE, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg2.extensions import cursor

    from jobdb.tracks import Track

HARM_DAYS = 30
UNKNOWN_PATIENCE = timedelta(minutes=30)  # events come within minutes and settle most by themselves
SLOTS_BEFORE = 4
FREE_BYTES, FREE_SHARE = 2 * 1024**3, 0.05
MAILING = ("mail", "mail-again", "mail-plan")  # jobs whose failures show in the slot that they work for
DISK_REMEDY = "디스크를 비우거나 늘려 주세요. 가득 차면 수집과 발송이 모두 멈춥니다."


@dataclass(frozen=True, slots=True)
class Due:
    """A scheduled job as its table has it: when it was due last, how far its runs lie apart, the longest one."""

    key: str
    due_at: datetime
    apart: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class House:
    """What is watched: the settings, the tracks of courses.toml, the schedule, and a folder on the disk that fills."""

    settings: MailSettings
    tracks: "Mapping[str, Track]"
    schedule: Sequence[Due]
    folder: Path

    def findings(self, on: "cursor", now: datetime) -> list[Finding]:
        """Return everything that is wrong now."""
        return [
            *crawl_findings([LastCrawl(*row) for row in watching.last_crawls(on, list(BOARDS))], now),
            *self._slots(on, now),
            *job_findings(self.jobs(on), watching.schedule_since(on), now),
            *filter(None, [unknown_finding(watching.unknown_since(on, now - UNKNOWN_PATIENCE))]),
            *harm_findings(Harm(*watching.harm_since(on, now - timedelta(days=HARM_DAYS)), HARM_DAYS)),
            *disk_finding(self.folder),
        ]

    def jobs(self, on: "cursor") -> list[PlannedJob]:
        """Return the schedule's jobs with their latest runs."""
        return [
            PlannedJob(
                due.key,
                due.due_at,
                due.apart,
                due.longest,
                [LastRun(*row) for row in watching.last_runs(on, due.key, IN_A_ROW)],
                told_elsewhere=due.key in MAILING or due.key.startswith("crawl-"),
            )
            for due in self.schedule
        ]

    def slot(self, on: "cursor", slot: datetime) -> SlotFacts:
        """Return how a slot's mailing went, or what is known of it before."""
        states = watching.slot_states(on, slot)
        unposted = states.pop("no_postings", 0)
        expected = sum(count for state, count in states.items() if state != "skipped") + unposted
        why = self._why(on, slot, states, unposted)
        if why == "not_planned":
            expected = sum(entry.reason is None for entry in audience(on, slot)) if roster.courses(on) else 0
        return SlotFacts(slot, expected, states, watching.sent_before(on, slot, SLOTS_BEFORE), why)

    def _slots(self, on: "cursor", now: datetime) -> "Iterator[Finding]":
        rule = self.settings.slots
        passed, coming = last_slot(now - GRACE, rule), next_slot(now, rule)
        found = [slot_finding(self.slot(on, passed), now)] if self._was_here(on, passed) else []
        if preparing := self._preparing(on, coming):
            found.append(slot_finding(SlotFacts(coming, 0, preparing=preparing), now))
        return filter(None, found)

    def _was_here(self, on: "cursor", slot: datetime) -> bool:
        """Tell whether mailing had begun here before a slot: a new house has no past to answer for."""
        begun = [at for at in (watching.schedule_since(on), watching.mailing_since(on)) if at]
        return bool(begun) and min(begun) <= slot

    def _preparing(self, on: "cursor", slot: datetime) -> str | None:
        """Return what the job that plans a slot of today said, if it failed."""
        runs = watching.last_runs(on, "mail-plan", 1)
        if not runs or runs[0][1] in (None, 0) or runs[0][0].astimezone(slot.tzinfo).date() != slot.date():
            return None
        return runs[0][2] or f"exit code {runs[0][1]}"

    def _why(self, on: "cursor", slot: datetime, states: dict[str, int], unposted: int) -> str | None:
        found = editions.find(on, slot=slot)
        if not found:
            return "not_planned"
        if holds.paused(on, [edition.id for edition in found]):
            return "paused"
        if states.get("held"):
            return "held"
        active = [edition for edition in found if edition.state is EditionState.CHECKED]
        if any(states.get(state) for state in WAITING) and approval.waiting(on, active, self.tracks, self.settings):
            return "approval"
        return "no_postings" if unposted else None


def disk_finding(folder: Path) -> list[Finding]:
    """Return that the disk of a folder is nearly full, if it is."""
    usage = shutil.disk_usage(_existing(folder))
    if usage.free >= FREE_BYTES and usage.free >= FREE_SHARE * usage.total:
        return []
    free = f"{usage.free / 1024**3:.1f} GB"
    return [
        Finding("disk", "data", f"only {free} of the disk are free", f"디스크 여유 공간이 {free}뿐입니다", DISK_REMEDY)
    ]


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)
