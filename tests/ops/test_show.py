"""What an operator reads of the schedule, and how a run's id reaches what it started."""

import io
from datetime import datetime, timedelta

import pytest
from rich.console import Console
from rich.text import Text

from jobdb.clock import KST
from jobspider.store import CrawlStore
from mailer_cli.store import senders
from ops.runs import Run
from ops.schedule import show
from ops.schedule.table import FILE, read_table
from tests.ops.jobs import run

TABLE = read_table(FILE)
NOW = datetime(2026, 11, 24, 17, 12, tzinfo=KST)


def ran(minutes_ago: float, lasted: float | None, code: int | None, detail: str = "") -> Run:
    started = NOW - timedelta(minutes=minutes_ago)
    return Run(
        "mail", "mail-1", started, started, started + timedelta(minutes=lasted) if lasted else None, code, detail
    )


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (None, ""),
        (ran(12, 0.5, 0), "ok, 30 s"),
        (ran(12, 9, 0), "ok, 9 min"),
        (ran(12, 1, 3, "mailer send: [1 edition] late"), "exit 3, 60 s: mailer send: [1 edition] late"),
        (ran(12, 1, 75, "left out: the run before goes on"), "left out, 60 s: left out: the run before goes on"),
        (ran(12, None, None), "goes on, 12 min"),
        (ran(500, None, None), "never ended, 8 h"),
    ],
)
def test_what_came_of_a_run(run, told):
    assert Text.from_markup(show.result(TABLE.jobs["mail"], run, NOW)).plain == told


def test_the_table_names_every_job_with_its_next_runs():
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(show.table_of(TABLE, {"mail": ran(12, 0.5, 0)}, {}, NOW))
    lines = {line.split()[0]: line for line in console.export_text().splitlines()[3:] if line.strip()}
    assert set(TABLE.jobs) <= set(lines)
    assert "Fri 11-27 17:00, Tue 12-01 17:00" in lines["mail"]
    assert "11-24 17:00" in lines["mail"]
    assert "17:20, every 10 min" in lines["events"]
    assert "off: SHEET_ID is not set" in lines["refusals"]
    assert "never" in lines["backup"]


def test_the_command_shows_and_prints(database, tmp_path):
    shown = run("show", module="ops.schedule", COLUMNS="160")
    assert shown.returncode == 0, shown.stderr
    assert "crawl-worknet" in shown.stdout
    assert "-m ops.job mail --scheduled" in run("crontab", "--zone", "UTC", module="ops.schedule").stdout
    folder = tmp_path / "units"
    assert "files in" in run("systemd", "--to", str(folder), module="ops.schedule").stdout
    assert (folder / "job-mail-mail.timer").read_text().startswith("# Printed by")
    refused = run("crontab", "--zone", "Europe/Berlin", module="ops.schedule")
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: Europe/Berlin has summer time")


def test_crawls_and_senders_know_the_run_that_they_belong_to(database, monkeypatch):
    for run_id in ("mail-1", None):
        monkeypatch.setenv("JOB_RUN_ID", run_id or "")
        CrawlStore.open("saramin").begin(NOW, made_up=True)
        with database, database.cursor() as on:
            senders.register(on, NOW)
    with database, database.cursor() as on:
        for table in ("crawl", "sender"):
            on.execute(f"SELECT run_id FROM {table} ORDER BY id")
            assert on.fetchall() == [("mail-1",), (None,)]
