"""`python -m ops.schedule`: show the schedule, or print it for cron or systemd."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from rich.console import Console

from jobdb import clock
from jobdb.errors import exit_code
from jobdb.secret import secret
from ops import environment
from ops.schedule import show
from ops.schedule.crontab import crontab, machine_zone
from ops.schedule.systemd import units
from ops.schedule.table import read_table, schedule_file

EXAMPLE = "example: python -m ops.schedule show · python -m ops.schedule crontab | crontab -"


def print_show(_options: argparse.Namespace) -> None:
    """Show each job: its next and its last run."""
    table = read_table(schedule_file())
    console = Console(highlight=False)
    console.print(show.table_of(table, show.last_runs(), os.environ, clock.now()))
    for warning in show.warnings(table):
        console.print(f"[yellow]{warning}[/]", soft_wrap=True)


def print_crontab(options: argparse.Namespace) -> None:
    """Print lines for `crontab -`, in the hours of the machine's zone."""
    zone = None if options.cron_tz else options.zone or machine_zone()
    print(crontab(read_table(schedule_file()), zone, clock.now()), end="")


def print_systemd(options: argparse.Namespace) -> None:
    """Write timers and services into a folder, or print them."""
    files = units(read_table(schedule_file()), options.user, not secret("DATABASE_URL"))
    if options.to is None:
        print("\n".join(f"# --- {name}\n{text}" for name, text in files.items()), end="")
        return
    options.to.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (options.to / name).write_text(text, encoding="utf-8")
    print(
        f"{len(files)} files in {options.to}; systemctl daemon-reload, then systemctl enable --now {options.to}/*.timer"
    )


def main() -> int:
    """Run one command; return the exit code."""
    environment.load()
    options = _parser().parse_args()
    return exit_code(lambda: options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops.schedule", description=__doc__, epilog=EXAMPLE)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("show", print_show), ("crontab", print_crontab), ("systemd", print_systemd)):
        command = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        command.set_defaults(run=run)
        if name == "crontab":
            command.add_argument(
                "--zone", metavar="ZONE", help="the zone of the machine's clock (what /etc/localtime says)"
            )
            command.add_argument("--cron-tz", action="store_true", help="the machine's cron reads CRON_TZ (cronie)")
        if name == "systemd":
            command.add_argument("--to", type=Path, metavar="FOLDER", help="such as /etc/systemd/system; else printed")
            command.add_argument("--user", default=getpass.getuser(), help="the account that the jobs run under")
    return parser


if __name__ == "__main__":
    sys.exit(main())
