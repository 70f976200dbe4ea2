"""The table of scheduled jobs: what runs when, in Korean time. Nothing here reads the clock."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jobdb.clock import KST
from jobdb.errors import SettingError
from ops.schedule.entry import Job, read_job

WEEK = timedelta(weeks=1)
A_MOMENT = timedelta(microseconds=1)
FILE = Path(__file__).resolve().parent.parent / "schedule.toml"


@dataclass(frozen=True, slots=True)
class Table:
    """The jobs by key, in the order of the file that they were read from."""

    path: Path
    jobs: dict[str, Job]

    def job(self, key: str) -> Job:
        """Return a job; SettingError names those that there are."""
        if key not in self.jobs:
            raise SettingError(f"{self.path}: no [jobs.{key}]; there are {', '.join(self.jobs)}")
        return self.jobs[key]


def schedule_file() -> Path:
    """Return the operator's table: JOB_SCHEDULE, or ops/schedule.toml."""
    return Path(os.environ.get("JOB_SCHEDULE") or FILE)


def read_table(path: Path) -> Table:
    """Read and check one schedule.toml; SettingError names the file, the job and the remedy."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingError(f"{path}: not found; mend JOB_SCHEDULE or restore the file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: {error}") from None
    jobs = file.pop("jobs", None)
    if file or not isinstance(jobs, dict) or not jobs:
        raise SettingError(f"{path}: it takes tables [jobs.KEY], at least one, and nothing else")
    return Table(path, {key: read_job(path, key, entry) for key, entry in jobs.items()})


def due(job: Job, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield a job's planned instants from start (included) to end (left out), in KST; both are aware."""
    midnight = start.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    while monday < end:
        yield from (at for minute in job.week if start <= (at := monday + timedelta(minutes=minute)) < end)
        monday += WEEK


def due_between(table: Table, start: datetime, end: datetime) -> list[tuple[datetime, Job]]:
    """Return what is planned from start (included) to end (left out), in time's order; jobs that are off left out."""
    planned = [(at, job) for job in table.jobs.values() if not job.off for at in due(job, start, end)]
    return sorted(planned, key=lambda one: one[0])


def latest_due(job: Job, now: datetime) -> datetime:
    """Return the planned instant that came last, `now` included; every job is planned once a week at the least."""
    return list(due(job, now - WEEK + A_MOMENT, now + A_MOMENT))[-1]


def next_due(job: Job, now: datetime) -> datetime:
    """Return the first planned instant after `now`."""
    return next(due(job, now + A_MOMENT, now + WEEK + A_MOMENT))


def why_off(job: Job, environment: Mapping[str, str]) -> str | None:
    """Return why a job does not run here, or None."""
    if job.off:
        return "off = true in the schedule"
    missing = [name for name in job.needs if not (environment.get(name) or environment.get(f"{name}_FILE"))]
    return f"{', '.join(missing)} is not set" if missing else None
