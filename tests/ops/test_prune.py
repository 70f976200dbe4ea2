"""What the weekly pruning forgets, and what it must never forget."""

import json
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from jobspider.commands import prune as of_crawls
from ops import prune as of_jobs
from ops.child import argv
from ops.schedule.table import FILE, read_table
from tests.ops.jobs import run

NOW = datetime(2026, 11, 29, 15, tzinfo=KST)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def on(database):
    with database.cursor() as cursor:
        yield cursor


def posting(on) -> int:
    on.execute(
        """
        INSERT INTO posting (board, board_id, url, title, company, company_key, deadline_kind, career_kind, education,
            employment, regions, remote, pay, skills, body, image_only, raw, first_seen, last_seen)
        VALUES ('saramin', '1', 'u', 't', 'c', 'c', 'unknown', 'unknown', 'unknown', '{}', '[]', false, '', '{}', '',
            false, '{}', now(), now()) RETURNING id
        """
    )
    return on.fetchone()[0]


def test_old_sightings_and_checks_go_and_a_posting_s_last_check_stays(database, on):
    number = posting(on)
    for board_id, days in (("1", 200), ("2", 170)):
        on.execute(
            "INSERT INTO sighting VALUES ('saramin', %s, 't', 'c', 'h', 'stored', %s, %s)",
            (board_id, days_ago(days), days_ago(days)),
        )
    for days in (300, 250, 220):
        on.execute(
            "INSERT INTO link_check (posting_id, state, evidence, checked_at) VALUES (%s, 'open', '', %s)",
            (number, days_ago(days)),
        )
    on.execute("INSERT INTO api_call VALUES ('a', '2026-01-01', 1), ('a', '2026-11-28', 1)")
    on.connection.commit()
    assert of_crawls.prune(database, NOW) == {"sighting": 1, "link_check": 2, "api_call": 1}
    assert of_crawls.prune(database, NOW) == {"sighting": 0, "link_check": 0, "api_call": 0}
    on.execute("SELECT checked_at FROM link_check")
    assert on.fetchall() == [(days_ago(220),)]
    on.execute("SELECT count(*) FROM posting")
    assert on.fetchone() == (1,)


def test_the_memory_goes_after_twice_its_length(database, on, monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", NOW.isoformat())
    on.execute("INSERT INTO course (name, track, starts_on, ends_on) VALUES ('A', 'pm', '2026-01-01', '2026-12-01')")
    for day in ("2026-07-28", "2026-07-29", "2026-10-01"):
        on.execute("INSERT INTO sent_before (course_id, url, sent_on) SELECT id, %s, %s FROM course", (day, day))
    for days in (200, 20):
        on.execute(
            "INSERT INTO unread_event (digest, problem, body, received_at) VALUES (%s, 'x', 'x', %s)",
            (str(days).encode(), days_ago(days)),
        )
    on.connection.commit()
    said = run("prune", "--json", module="mailer_cli")
    assert json.loads(said.stdout) == {"sent_before": 1, "unread_event": 1}
    assert run("prune", module="mailer_cli").stdout == "nothing to forget\n"
    on.execute("SELECT min(sent_on)::text FROM sent_before")
    assert on.fetchone() == ("2026-07-29",)


def test_good_runs_go_sooner_than_bad_ones_and_each_job_s_last_stays(database, on):
    rows = [("a", 500, 0), ("a", 450, 1), ("a", 300, 1), ("a", 90, 0), ("a", 30, 0), ("b", 500, 0)]
    for number, (job, days, code) in enumerate(rows):
        on.execute(
            "INSERT INTO job_run (job, run_id, started_at, ended_at, exit_code) VALUES (%s, %s, %s, %s, %s)",
            (job, str(number), days_ago(days), days_ago(days), code),
        )
    on.connection.commit()
    assert of_jobs.prune(database, NOW) == 3
    on.execute("SELECT run_id FROM job_run ORDER BY id")
    assert [row[0] for row in on.fetchall()] == ["2", "4", "5"]


def test_the_schedule_s_pruning_runs_as_it_stands(database, monkeypatch):
    for step in read_table(FILE).jobs["prune"].steps:
        _, *arguments = argv(step)
        done = run(*arguments[2:], module=arguments[1])
        assert done.returncode == 0, done.stderr
        assert "forg" in done.stdout
