"""One run of a scheduled job, as a process: its row, its lock, its limits, and what becomes of it when it is killed."""

import os
import re
import signal
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest

from ops.child import Stop
from ops.runs import LEFT_OUT, LOCKS
from ops.schedule.entry import Job
from ops.work import Work
from tests.ops.jobs import job_of, rows, run, start, until, write_schedule

# pg_locks shows the locks of all databases of the server
OURS = "pg_database.oid = pg_locks.database AND datname = current_database()"
HELD = f"FROM pg_locks JOIN pg_database ON {OURS} WHERE classid = {LOCKS}"
SAYS_RUN_ID = "import os; print('run', os.environ['JOB_RUN_ID'])"
TELLS_WHO = "print('no mail to hong@naver.com'); raise SystemExit(3)"


def waits(path, ended="pass") -> str:
    """A program that says where it is and waits to be ended; `ended` is what it does then."""
    return (
        "import os, pathlib, signal, time\n"
        f"try:\n    pathlib.Path({str(path)!r}).write_text(str(os.getpid()))\n    time.sleep(60)\n"
        f"except KeyboardInterrupt:\n    {ended}\n"
    )


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setenv("JOB_LOGS", str(tmp_path / "logs"))
    return tmp_path / "logs"


@pytest.fixture
def schedule(tmp_path, monkeypatch):
    def write(**jobs: str) -> None:
        monkeypatch.setenv("JOB_SCHEDULE", str(write_schedule(tmp_path, **jobs)))

    return write


def test_a_run_has_a_row_a_log_and_an_id_that_its_steps_know(database, schedule, logs):
    schedule(a=job_of(SAYS_RUN_ID, "print('second')"))
    done = run("a")
    assert done.returncode == 0, done.stderr
    assert rows(database) == [("a", 0, "second", False)]
    with database, database.cursor() as cursor:
        cursor.execute("SELECT run_id, ended_at >= started_at FROM job_run")
        ((run_id, in_order),) = cursor.fetchall()
    assert in_order
    assert re.fullmatch(r"a-\d{8}T\d{4}-[0-9a-f]{6}", run_id)
    assert (logs / "a" / f"{run_id}.log").read_text() == f"run {run_id}\nsecond\n"
    assert f"run {run_id}" in done.stdout


def test_the_first_step_that_fails_ends_the_run_and_its_words_lose_addresses(database, schedule):
    schedule(a=job_of(TELLS_WHO, "print('never')"))
    done = run("a", "--quiet")
    assert done.returncode == 3
    assert "never" not in done.stdout
    assert "hong@" not in done.stderr  # cron mails it to whoever MAILTO names
    ((_, code, detail, _),) = rows(database)
    assert code == 3
    assert detail.endswith("no mail to (address)")


def test_a_run_goes_on_after_codes_that_may_and_still_says_the_first(database, schedule):
    schedule(a=job_of(TELLS_WHO, "print('the report')", more="go_on = [3, 6]"))
    done = run("a")
    assert done.returncode == 3
    assert "the report" in done.stdout
    assert rows(database)[0][1] == 3


def test_a_failing_step_is_tried_again(database, schedule, tmp_path):
    once = (
        f"import pathlib; path = pathlib.Path({str(tmp_path / 'tried')!r})\nif not path.exists(): path.touch(); 1/0\n"
    )
    schedule(a=job_of(once, more="tries = 2"), b=job_of("1/0", more="tries = 3"))
    assert run("a").returncode == 0
    failed = run("b")
    assert failed.returncode == 1
    assert failed.stdout.count("ZeroDivisionError") == 3
    assert [code for _, code, _, _ in rows(database)] == [0, 1]


def test_a_quiet_run_that_went_well_says_nothing(database, schedule):
    schedule(a=job_of("print('hello')"))
    done = run("a", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_program_that_is_not_there_is_told(database, schedule):
    schedule(a='every = 60\nminutes = 1\nuseful_minutes = 1\nsteps = [["no-such-program", "x"]]')
    assert run("a").returncode == 127
    assert "No such file" in rows(database)[0][2]


@pytest.mark.parametrize(("arguments", "told"), [(["b"], "there are a"), ([], "required")])
def test_a_job_that_is_none_is_refused(database, schedule, arguments, told):
    schedule(a=job_of("pass"))
    done = run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_database_that_does_not_answer_is_told_in_a_line(schedule):
    schedule(a=job_of("pass"))
    done = run("a", DATABASE_URL="postgresql://jobs:pw@127.0.0.1:1/jobs")
    assert done.returncode == 2
    assert done.stderr.startswith("error: a: the database does not answer")
    assert "pw" not in done.stderr


def test_a_job_that_runs_without_the_database_runs_when_it_does_not_answer(schedule):
    schedule(a=job_of(SAYS_RUN_ID, more="without_database = true"))
    done = run("a", DATABASE_URL="postgresql://jobs:pw@127.0.0.1:1/jobs")
    assert done.returncode == 0, done.stderr
    assert "run a-" in done.stdout


# planned instants --------------------------------------------------------------------------------------------------


def test_each_planned_instant_is_run_once_however_many_schedulers_there_are(database, schedule):
    schedule(a=job_of("pass", when='at = "10:00"\nminutes = 1\nuseful_minutes = 60'))
    first, second = (start("a", "--scheduled", JOB_CLOCK=f"2026-11-24T10:{minute}") for minute in ("00", "30"))
    codes = sorted((first.wait(30), second.wait(30)))
    for process in (first, second):
        process.communicate()
    assert codes in ([0, 0], [0, 75])  # one after the other, or side by side
    assert run("a", "--scheduled", JOB_CLOCK="2026-11-24T10:59").returncode == 0
    assert [code for _, code, _, _ in rows(database)].count(0) == 1
    assert run("a", "--scheduled", JOB_CLOCK="2026-11-25T10:00").returncode == 0
    assert [code for _, code, _, _ in rows(database)].count(0) == 2


def test_a_missed_run_is_made_up_for_while_it_is_useful(database, schedule):
    schedule(a=job_of("pass", when='at = "10:00"\nminutes = 1\nuseful_minutes = 60'))
    late = run("a", "--scheduled", JOB_CLOCK="2026-11-24T11:01")
    assert late.returncode == 75
    assert "due at 11-24 10:00" in late.stderr
    assert rows(database) == []
    assert run("a", "--scheduled", JOB_CLOCK="2026-11-24T11:00").returncode == 0
    with database, database.cursor() as cursor:
        cursor.execute("SELECT to_char(due_at, 'HH24:MI'), to_char(started_at, 'HH24:MI') FROM job_run")
        assert cursor.fetchall() == [("10:00", "11:00")]


def test_a_scheduler_that_knows_the_planned_instant_says_it(database, schedule):
    schedule(a=job_of("print('done')", when='at = "17:00"\nminutes = 10\nuseful_minutes = 60'))
    late = {"JOB_CLOCK": "2026-11-25T17:20"}
    assert run("a", "--due", "2026-11-25T08:00:00+00:00", **late).returncode == 0
    assert "made already" in run("a", "--due", "2026-11-25T17:00+09:00", **late).stdout
    assert run("a", "--due", "2026-11-24T17:00+09:00", **late).returncode == LEFT_OUT
    assert rows(database) == [("a", 0, "done", True)]


@pytest.mark.parametrize("text", ["2026-11-25T17:05+09:00", "2026-11-25T17:00", "teatime"])
def test_an_instant_that_is_none_of_the_plan_is_refused(database, schedule, text):
    schedule(a=job_of("print('done')", when='at = "17:00"\nminutes = 10\nuseful_minutes = 60'))
    done = run("a", "--due", text)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert text in done.stderr


def test_a_job_without_its_setting_is_off_and_runs_by_hand(database, schedule):
    schedule(a=job_of("pass", more='needs = ["SHEET_ID"]'))
    done = run("a", "--scheduled")
    assert done.returncode == 0
    assert "SHEET_ID is not set" in done.stdout
    assert rows(database) == []
    assert run("a").returncode == 0
    assert run("a", "--scheduled", SHEET_ID="abc").returncode == 0
    assert len(rows(database)) == 2


# stopped, killed, overlapping -------------------------------------------------------------------------------------


def test_a_run_that_is_told_to_stop_passes_it_on_and_says_so(database, schedule, tmp_path):
    here = tmp_path / "pid"
    schedule(a=job_of(waits(here, "print('ended in order')"), "print('never')"))
    process = start("a")
    until(here.exists)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert "ended in order" in said
    assert "never" not in said
    assert rows(database)[0][1] == 143
    assert rows(database)[0][2].endswith("stopped by SIGTERM")


def test_a_second_signal_does_not_press_a_step_that_is_ending(database, schedule, tmp_path):
    here, ending = tmp_path / "pid", tmp_path / "ending"
    takes_its_time = f"pathlib.Path({str(ending)!r}).touch(); time.sleep(0.5); print('ended in order')"
    schedule(a=job_of(waits(here, takes_its_time)))
    process = start("a")
    until(here.exists)
    process.send_signal(signal.SIGINT)
    until(ending.exists)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert "ended in order" in said
    assert process.returncode == 128 + signal.SIGINT


def test_a_killed_step_is_told_with_its_signal(database, schedule, tmp_path):
    schedule(a=job_of("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert run("a").returncode == 128 + signal.SIGKILL
    assert rows(database)[0][1] == 137


def test_a_step_beyond_its_limit_is_ended_with_all_that_it_started(database, tmp_path, monkeypatch):
    here = tmp_path / "pid"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {waits(here)!r}])"
    work = limited(child, tmp_path / "log", lambda: here.exists())
    code, said = work.steps()
    assert code == 124
    assert "its limit" in said
    until(lambda: not lives(int(here.read_text())))


class BegunBeforeTheLimit(Stop):
    """Lets the limit pass only once the command has begun."""

    def __init__(self, begun):
        self.begun, self.signal, self.child = begun, None, None

    def passed_on_to(self, child):
        until(self.begun)


def limited(program, log, begun):
    """A job whose limit is over as soon as its command has begun."""
    job = Job("a", "a", (0,), timedelta(0), timedelta(0), (("python", "-c", program),))
    return Work(job, "a-1", log, os.open(os.devnull, os.O_RDONLY), BegunBeforeTheLimit(begun), quiet=True)


def test_a_run_never_overlaps_itself_even_when_its_wrapper_is_killed(database, schedule, tmp_path):
    here = tmp_path / "pid"
    schedule(a=job_of(waits(here)))
    first = start("a")
    until(lambda: here.exists() and here.read_text())
    step = int(here.read_text())
    try:
        second = run("a")
        assert second.returncode == 75
        assert "the run before goes on" in second.stderr

        first.kill()
        first.communicate()
        assert lives(step)
        assert run("a").returncode == 75  # what it had started still works
    finally:
        os.kill(step, signal.SIGKILL)
    until(lambda: not locked(database))
    schedule(a=job_of("print('again')"))
    assert run("a").returncode == 0
    told = [(code, detail) for _, code, detail, _ in rows(database)]
    assert told == [
        (137, "killed: it left no end"),
        (75, "left out: the run before goes on"),
        (75, "left out: the run before goes on"),
        (0, "again"),
    ]


def test_a_killed_planned_run_is_made_again(database, schedule, tmp_path):
    here = tmp_path / "pid"
    schedule(a=job_of(waits(here), when='at = "10:00"\nminutes = 1\nuseful_minutes = 60'))
    first = start("a", "--scheduled", JOB_CLOCK="2026-11-24T10:00")
    until(lambda: here.exists() and here.read_text())
    first.kill()
    first.communicate()
    os.kill(int(here.read_text()), signal.SIGKILL)
    until(lambda: not locked(database))
    schedule(a=job_of("pass", when='at = "10:00"\nminutes = 1\nuseful_minutes = 60'))
    assert run("a", "--scheduled", JOB_CLOCK="2026-11-24T10:05").returncode == 0
    assert [(code, planned) for _, code, _, planned in rows(database)] == [(137, True), (0, True)]


def test_a_run_whose_connection_was_cut_still_tells_its_end(database, schedule, tmp_path):
    cut = (
        "import os, psycopg2; on = psycopg2.connect(os.environ['DATABASE_URL']).cursor()\n"
        f"on.execute('SELECT count(pg_terminate_backend(pid)) {HELD}')\nprint('cut', on.fetchone()[0])\n"
    )
    schedule(a=job_of(cut))
    done = run("a")
    assert done.returncode == 0, done.stderr
    assert rows(database) == [("a", 0, "cut 1", False)]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def locked(database: "psycopg2.extensions.connection") -> bool:
    with database, database.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT {HELD})")
        return cursor.fetchone() == (True,)
