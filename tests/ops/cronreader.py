"""Run times as cron and systemd would have them, read from what the printers wrote; independent of how it was made."""

import re
from datetime import datetime, timedelta, tzinfo

from apscheduler.triggers.cron import CronTrigger

from jobdb.clock import KST

CRON_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
CALENDAR = re.compile(
    r"(?:(?P<days>[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*) )?\*-\*-\* (?P<hours>\S+?):(?P<minutes>\S+?):00 Asia/Seoul"
)


def crontab_runs(text: str, zone: tzinfo, start: datetime, end: datetime) -> dict[str, list[datetime]]:
    """Job key -> instants of a crontab on a machine of a zone; CRON_TZ beats the zone, as in cronie."""
    runs: dict[str, list[datetime]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("CRON_TZ="):
            assert line == "CRON_TZ=Asia/Seoul"
            zone = KST
            continue
        minute, hour, day, month, weekday, command = line.split(None, 5)
        assert (day, month) == ("*", "*")
        key = re.search(r"-m ops\.job (\S+) --scheduled", command)[1]
        named = weekday if weekday == "*" else ",".join(CRON_DAYS[int(number)] for number in weekday.split(","))
        trigger = CronTrigger(minute=minute, hour=hour, day_of_week=named, timezone=zone)
        runs.setdefault(key, []).extend(fired(trigger, start, end))
    return {key: sorted(times) for key, times in runs.items()}


def fired(trigger: CronTrigger, start: datetime, end: datetime) -> list[datetime]:
    times, at = [], trigger.get_next_fire_time(None, start)
    while at and at < end:
        times.append(at.astimezone(KST))
        at = trigger.get_next_fire_time(at, at + timedelta(microseconds=1))
    return times


def calendar_runs(timer: str, start: datetime, end: datetime) -> list[datetime]:
    """The instants of a timer's OnCalendar lines, by our own reading of systemd.time(7)."""
    times: set[datetime] = set()
    for line in re.findall(r"^OnCalendar=(.*)$", timer, re.MULTILINE):
        match = CALENDAR.fullmatch(line)
        assert match, line
        times |= set(fired(CronTrigger(**fields(match), timezone=KST), start, end))
    return sorted(times)


def fields(match: re.Match[str]) -> dict[str, str]:
    days = (match["days"] or "*").lower()
    hours, minutes = (re.sub(r"^00/", "*/", match[name]) for name in ("hours", "minutes"))
    return {"day_of_week": days, "hour": hours, "minute": minutes}
