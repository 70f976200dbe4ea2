"""`make run`: the whole job once, from the boards to the outbox, by the product's own commands.

On made-up boards (the sandbox), on saved real pages (--replay FOLDER), or on the live boards (--live). Each kind has a
database and an outbox of its own; mails are written to the outbox in all three, nothing leaves the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from jobdb import clock
from jobdb.boards import BOARDS
from jobdb.errors import OperatorError, SettingError
from ops import tables
from ops.steps import ROOT, Step, StepFailed, Steps, output

VAR = ROOT / "var"
STATS = VAR / "stats.html"
WEEK = timedelta(days=11)  # from today, through the next slot and the week that it is read in
REPLAY_DAY = "2024-12-14T09:00"  # most of the saved rows were read on that day


@dataclass(frozen=True, slots=True)
class World:
    """Which postings a rehearsal reads: its name, what a person is told (also on the outbox's page, in Korean)."""

    name: str
    told: str
    note: str
    replay: Path | None = None


def main() -> int:
    """Run the rehearsal; return the exit code of the first command that failed, or 0."""
    world = _world()
    console = Console(highlight=False)
    try:
        os.environ.update(environment(world))
        rehearse(world, console)
    except OperatorError as error:
        console.print(f"[red]error:[/] {error}", soft_wrap=True)
        return error.exit_code
    except StepFailed as error:
        console.print(f"[red]failed:[/] {error}", soft_wrap=True)
        return error.exit_code
    return 0


def _world() -> World:
    parser = argparse.ArgumentParser(prog="python -m ops.rehearse", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--live", action="store_true", help="crawl the live boards, politely")
    choice.add_argument("--replay", type=Path, metavar="FOLDER", help="serve the saved real pages of this folder")
    options = parser.parse_args()
    if options.live:
        return World("live", "the live boards", "실제 사이트의 공고와 지어낸 학생으로 만든 연습용 메일입니다.")
    if options.replay:
        note = "저장해 둔 실제 공고와 지어낸 학생으로 만든 연습용 메일입니다."
        return World("replay", f"real postings saved in {options.replay}", note, options.replay)
    told = "a made-up market: every posting, company and student is invented"
    return World("sandbox", told, "채용 사이트·공고·회사·학생은 모두 지어낸 것입니다.")


def environment(world: World) -> dict[str, str]:
    """Return what the commands of this world are told. Raises SettingError where it would mix worlds."""
    if world.name != "live" and os.environ.get("DATABASE_URL"):
        raise SettingError("DATABASE_URL is set, and made-up postings do not belong there; unset it for a rehearsal")
    told = {
        "JOB_POSTGRES_DATABASE": "jobs" if world.name == "live" else f"jobs_{world.name}",
        "MAIL_DELIVERY": "outbox",
        "MAIL_OUTBOX": str(VAR / ("outbox" if world.name == "sandbox" else f"outbox-{world.name}")),
        "MAIL_OUTBOX_NOTE": world.note,
        "PYTHONUNBUFFERED": "1",
    }
    if world.replay:
        told |= {"JOB_CLOCK": REPLAY_DAY, "WANTED_SOURCE": "sitemap"}  # all saved rows, not a browser's first screens
    return told


def rehearse(world: World, console: Console) -> None:
    """Run every step in order, a line for each, then print the tables."""
    started = time.monotonic()
    console.print(f"[bold]{world.told}[/]")
    steps = Steps(console, VAR / "log")
    steps.run("database", "-m", "jobdb", "migrate")
    with boards(world):
        roster = VAR / f"roster-{world.name}.csv"
        steps.run("sample roster", "-m", "sandbox.roster", "--day", str(clock.today()), "--out", str(roster))
        steps.run("students", "-m", "mailer_cli", "roster", "import", str(roster))
        steps.together(*(Step(f"crawl {board}", ("-m", "scrapy", "crawl", board)) for board in BOARDS))
        steps.run("plan", "-m", "mailer_cli", "plan")
        steps.run("check", "-m", "mailer_cli", "check")
        steps.run("send", "-m", "mailer_cli", "send", "--early")
    shown = a_week_later(steps) if world.name == "sandbox" else []
    crawls = json.loads(output("-m", "scrapy", "crawls", "--json"))
    status = json.loads(output("-m", "mailer_cli", "status", "--json"))
    for table in (tables.boards(crawls), tables.courses(status), tables.deliveries(status), *shown):
        console.print()
        console.print(table)
    outbox = Path(os.environ["MAIL_OUTBOX"]) / "index.html"
    where = f"look at the mails: {outbox}" if outbox.exists() else f"{outbox.parent} holds no mails"
    if shown:
        where += f"\n       and at what came of them: {STATS}"
    console.print(f"\n{time.monotonic() - started:.0f} s · {where}", soft_wrap=True)
    database = os.environ["JOB_POSTGRES_DATABASE"]
    console.print(f"ask for more: JOB_POSTGRES_DATABASE={database} .venv/bin/mailer status", soft_wrap=True)


def a_week_later(steps: Steps) -> list[Table]:
    """Let made-up readers have the mails for a week, take in what SES and the endpoint would tell, and show it."""
    week, later = VAR / "week-sandbox.jsonl", (clock.now() + WEEK).isoformat()
    steps.run("readers", "-m", "sandbox.week", os.environ["MAIL_OUTBOX"], "--out", str(week))
    steps.run("events", "-m", "mailer_cli", "events", "ingest", str(week), JOB_CLOCK=later)
    steps.run("figures", "-m", "mailer_cli", "stats", "--html", str(STATS), JOB_CLOCK=later)
    return [tables.results(json.loads(output("-m", "mailer_cli", "stats", "--json"))["total"])]


@contextmanager
def boards(world: World) -> Iterator[None]:
    """Serve the sandbox's boards while the block runs; the live boards need nothing."""
    if world.name == "live":
        yield
        return
    arguments = ["--replay", str(world.replay)] if world.replay else []
    server = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        if not address:
            raise StepFailed("the sandbox did not start", server.wait() or 1)
        os.environ["JOBSPIDER_SANDBOX"] = address
        yield
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
