"""The runner: APScheduler fires when the table says, makes up for what was missed, and ends its jobs in order."""

import signal
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from ops.schedule.table import FILE, due, read_table
from ops.scheduler import Runner, build, trigger
from tests.ops.cronreader import fired
from tests.ops.jobs import job_of, rows, run, start, until, write_schedule
from tests.ops.test_job import waits

TABLE = read_table(FILE)
LEAP = datetime(2028, 2, 1, tzinfo=KST)


@pytest.mark.parametrize("key", TABLE.jobs)
def test_it_fires_when_the_table_says(key):
    end = LEAP + timedelta(weeks=8 if len(TABLE.jobs[key].week) < 100 else 1)
    assert fired(trigger(TABLE.jobs[key]), LEAP, end) == list(due(TABLE.jobs[key], LEAP, end))


def test_every_job_that_is_not_off_is_looked_at_when_it_starts(tmp_path):
    path = write_schedule(tmp_path, a=job_of("pass"), b=job_of("pass", more="off = true"))
    scheduler = build(read_table(path), Runner(), LEAP)
    jobs = {job.id: job for job, _, _ in scheduler._pending_jobs}
    assert set(jobs) == {"a", "awake"}
    assert jobs["a"].next_run_time == LEAP


def test_what_was_missed_is_made_up_for_once_and_a_stop_ends_jobs_in_order(database, tmp_path, monkeypatch):
    here = tmp_path / "pid"
    stays = job_of(waits(here, "print('ended in order')"))
    schedule = write_schedule(tmp_path, stays=stays, short=job_of("print('done')"))
    monkeypatch.setenv("JOB_SCHEDULE", str(schedule))
    monkeypatch.setenv("JOB_LOGS", str(tmp_path / "logs"))
    assert run("short", "--scheduled").returncode == 0

    runner = start(module="ops.scheduler")
    until(lambda: here.exists() and here.read_text())
    said = [runner.stdout.readline()]
    while "made already" not in said[-1]:
        said.append(runner.stdout.readline())
    runner.send_signal(signal.SIGTERM)
    rest, _ = runner.communicate(timeout=60)
    assert runner.returncode == 0
    assert "ended in order" in rest
    assert [(job, code, planned) for job, code, _, planned in rows(database)] == [
        ("short", 0, True),
        ("stays", 143, True),
    ]


def test_a_wrong_schedule_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("JOB_SCHEDULE", str(write_schedule(tmp_path, a="every = 7")))
    done = run(module="ops.scheduler")
    assert done.returncode == 2
    assert "[jobs.a]" in done.stderr
