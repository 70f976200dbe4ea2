"""Scheduled jobs that never ran, failed, or hang: the dead man's switch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobdb.clock import KST
from mailer_cli.watching.finding import Finding, instant_words

GRACE = timedelta(minutes=30)  # a runner that was restarted makes up for what it missed within minutes
IN_A_ROW = 3  # a job of every few minutes is in trouble when it failed so often in a row; others at once
OFTEN = timedelta(hours=1)  # between two planned runs: below it a job is one of every few minutes
LEFT_OUT = 75  # the run before went on, or it was too late: no failure
REMEDY = "개발 담당자에게 알려 주세요. (`python -m ops.schedule show`)"


@dataclass(frozen=True, slots=True)
class LastRun:
    """One run of a job; `exit_code` is None while it goes on, or when it was killed."""

    started_at: datetime
    exit_code: int | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job of the schedule: when it was due last, how far its runs lie apart, the longest a run may take, its runs.

    `runs` are the latest ones, the newest first. `told_elsewhere`: its failures show in what it works at (a board's
    crawl, the mailing), and are told there.
    """

    key: str
    due_at: datetime
    apart: timedelta
    longest: timedelta
    runs: Sequence[LastRun]
    told_elsewhere: bool = False


def job_findings(jobs: Iterable[PlannedJob], since: datetime | None, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with jobs; `since` is when the schedule was first seen at work (None: it never was)."""
    for job in jobs:
        if since is None or job.due_at < since:
            continue
        if told := _silent(job, now) or _hangs(job, now) or _failed(job):
            yield Finding("job", job.key, f"{job.key}: {told[0]}", f"예약 작업 {job.key}: {told[1]}", REMEDY)


def _silent(job: PlannedJob, now: datetime) -> tuple[str, str] | None:
    ran = bool(job.runs) and job.runs[0].started_at >= job.due_at
    if ran or now - job.due_at <= GRACE:
        return None
    at = job.due_at.astimezone(KST)
    return f"was due at {at:%m-%d %H:%M} and never ran", f"{instant_words(at)}에 실행되어야 했지만 실행되지 않았습니다"


def _hangs(job: PlannedJob, now: datetime) -> tuple[str, str] | None:
    if not job.runs or job.runs[0].exit_code is not None or now - job.runs[0].started_at <= job.longest + GRACE:
        return None
    return "began and never ended", f"{instant_words(job.runs[0].started_at)}에 시작한 뒤 끝나지 않았습니다"


def _failed(job: PlannedJob) -> tuple[str, str] | None:
    ended = [run for run in job.runs if run.exit_code not in (None, LEFT_OUT)]
    latest = ended[: IN_A_ROW if job.apart < OFTEN else 1]
    whole = len(latest) == (IN_A_ROW if job.apart < OFTEN else 1)
    if job.told_elsewhere or not whole or any(run.exit_code == 0 for run in latest):
        return None
    said = latest[0].detail or f"exit code {latest[0].exit_code}"
    return f"failed: {said}", f"실패했습니다 — {said}"
