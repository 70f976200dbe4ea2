"""The schedule as lines of a crontab, with hours of the machine's zone where its cron knows no other."""

import shlex
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobdb.clock import KST
from jobdb.errors import SettingError
from ops.schedule.entry import Job
from ops.schedule.table import Table
from ops.schedule.weekly import Moments, listed, moments, shifted
from ops.steps import ROOT

LOCALTIME = Path("/etc/localtime")
OWN_ZONES: dict[str, tzinfo] = {"UTC": UTC, "Etc/UTC": UTC, "Asia/Seoul": KST}  # known on machines without zone tables
AN_HOUR = timedelta(hours=1)


def crontab(table: Table, zone: str | None, now: datetime) -> str:
    """Return the lines for a machine of a zone (None: its cron reads CRON_TZ, as cronie's does).

    Debian's and Ubuntu's cron ignores CRON_TZ (crontab(5), bookworm), so the hours are converted, which a zone with
    summer time does not allow: SettingError.
    """
    ahead = 0 if zone is None else minutes_ahead(zone, now)
    hours = "Korean time, by CRON_TZ" if zone is None else f"the hours are those of {zone}"
    head = [f"# {table.path.name} for cron: {hours}. Printed by python -m ops.schedule crontab."]
    head += ["CRON_TZ=Asia/Seoul"] if zone is None else []
    return (
        "\n".join([*head, *(line for job in table.jobs.values() if not job.off for line in _lines(job, ahead))]) + "\n"
    )


def minutes_ahead(zone: str, now: datetime) -> int:
    """Return how many minutes a zone's clocks are ahead of Korea's, this year and the next."""
    clock = _zone(zone)
    year = [now + AN_HOUR * hours for hours in range(0, 2 * 366 * 24, 24)]
    offsets = {at.astimezone(clock).utcoffset() for at in year}
    if len(offsets) > 1:
        remedy = "use --cron-tz where cron reads CRON_TZ (cronie), systemd, or set the machine to UTC"
        raise SettingError(f"{zone} has summer time, and a crontab's hours would move; {remedy}")
    offset, ours = offsets.pop(), KST.utcoffset(None)
    assert offset is not None
    return int((offset - ours).total_seconds() // 60)


def machine_zone() -> str:
    """Return the name of the machine's zone; without /etc/localtime clocks show UTC."""
    if not LOCALTIME.exists():
        return "UTC"
    named = str(LOCALTIME.resolve()).rpartition("zoneinfo/")[2]
    return named.removeprefix("posix/")


def _zone(name: str) -> tzinfo:
    if name in OWN_ZONES:
        return OWN_ZONES[name]
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingError(f"{name!r} is no time zone of this machine; write it like Asia/Seoul or UTC") from None


def _lines(job: Job, ahead: int) -> list[str]:
    return [f"{_fields(block)} {command(job)}" for block in moments(shifted(job.week, ahead))]


def _fields(block: Moments) -> str:
    sunday_first = sorted((day + 1) % 7 for day in block.days)
    return f"{listed(block.minutes, 60)} {listed(block.hours, 24)} * * {listed(sunday_first, 7)}"


def command(job: Job) -> str:
    """Return what cron runs; it prints only what went wrong, which cron mails to the account's MAILTO."""
    words = [sys.executable, "-m", "ops.job", job.key, "--scheduled", "--quiet"]
    return f"cd {shlex.quote(str(ROOT))} && {shlex.join(words)}".replace("%", r"\%")  # % is a line's end to cron
