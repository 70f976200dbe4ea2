"""The schedule as systemd's timers, in Korean time, each with the service that it starts."""

import sys
from pathlib import Path

from ops.runs import LEFT_OUT
from ops.schedule.entry import DAYS, Job
from ops.schedule.table import Table
from ops.schedule.weekly import Moments, listed, moments
from ops.steps import ROOT

PREFIX = "job-mail-"

GRACE = 5  # minutes beyond a job's own limit, which ends it first

TIMER = """\
# Printed by python -m ops.schedule systemd, of {table}.
[Unit]
Description={about} (timer)

[Timer]
{calendar}
# a run that was missed while the machine was off is made up for; the job itself knows when it is too late
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
SERVICE = """\
# Printed by python -m ops.schedule systemd, of {table}.
[Unit]
Description={about}
Wants=network-online.target {database}
After=network-online.target {database}

[Service]
Type=oneshot
User={user}
WorkingDirectory={root}
ExecStart="{python}" -m ops.job {key} --scheduled
SuccessExitStatus={left_out}
TimeoutStartSec={limit}min
# the job passes a stop on to its steps in order; what is left after that is ended with it
KillMode=mixed
TimeoutStopSec=90s
NoNewPrivileges=true
PrivateTmp=true
"""


# A server that a job started would be ended with the job: the embedded one needs a unit that stays.
DATABASE = """\
# Printed by python -m ops.schedule systemd, for the embedded PostgreSQL.
[Unit]
Description=PostgreSQL of the job mail

[Service]
Type=oneshot
RemainAfterExit=yes
User={user}
WorkingDirectory={root}
EnvironmentFile=-{root}/.env
ExecStart="{python}" -m jobdb migrate
ExecStop="{python}" -m jobdb stop

[Install]
WantedBy=multi-user.target
"""
EMBEDDED, OWN = f"{PREFIX}database.service", "postgresql.service"


def units(table: Table, user: str, embedded: bool) -> dict[str, str]:
    """Return the files: name -> text, a timer and a service for each job that is not off.

    `embedded`: the database is the private PostgreSQL of var/postgres, which then has a service too.
    """
    files = {EMBEDDED: DATABASE.format(**_machine(user))} if embedded else {}
    for job in table.jobs.values():
        if not job.off:
            files[f"{PREFIX}{job.key}.timer"] = timer(table, job)
            files[f"{PREFIX}{job.key}.service"] = service(table, job, user, EMBEDDED if embedded else OWN)
    return files


def timer(table: Table, job: Job) -> str:
    """Return a job's timer."""
    calendar = "\n".join(f"OnCalendar={_expression(block)}" for block in moments(job.week))
    return TIMER.format(table=table.path.name, about=_plain(job.about), calendar=calendar)


def service(table: Table, job: Job, user: str, database: str) -> str:
    """Return the service that a job's timer starts; `database` is the unit that it comes after."""
    limit = job.longest.total_seconds() // 60 + GRACE
    return SERVICE.format(
        **_machine(user), table=table.path.name, about=_plain(job.about), key=job.key, database=database,
        left_out=LEFT_OUT, limit=int(limit),
    )  # fmt: skip


def _machine(user: str) -> dict[str, str]:
    return {"user": user, "root": _path(ROOT), "python": _path(Path(sys.executable))}


def _expression(block: Moments) -> str:
    days = "" if len(block.days) == len(DAYS) else ",".join(DAYS[day].capitalize() for day in block.days) + " "
    hours, minutes = _padded(block.hours, 24), _padded(block.minutes, 60)
    return f"{days}*-*-* {hours}:{minutes}:00 Asia/Seoul"


def _padded(values: tuple[int, ...], of: int) -> str:
    """Return hours or minutes as OnCalendar takes them: "*", "00/10", "17,18"."""
    told = listed(values, of)
    return told.replace("*/", "00/") if "*" in told else ",".join(f"{value:02}" for value in values)


def _plain(text: str) -> str:
    return text.replace("%", "%%")  # systemd's specifiers begin with %


def _path(path: Path) -> str:
    return _plain(str(path)).replace("\\", "\\\\").replace('"', '\\"')
