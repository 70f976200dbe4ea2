"""The DAG folder in a real Airflow, where `make airflow` has put one."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from tests.ops.jobs import ALWAYS, job_of, rows, write_schedule
from tests.worlds import ROOT

AIRFLOW = ROOT / ".venv-airflow" / "bin" / "python"
pytestmark = pytest.mark.skipif(
    not (AIRFLOW.parent.parent / "done").exists(), reason="no Airflow here; `make airflow` installs one (300 MB)"
)
DESCRIBED = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("ops/airflow/dags")
assert not bag.import_errors, bag.import_errors
told = {name: [dag.max_active_runs, dag.catchup, dag.tasks[0].retries, dag.owner] for name, dag in bag.dags.items()}
print(json.dumps(told))
"""
PERFORMED = """
import sys
from datetime import datetime
sys.path.append("ops/airflow/dags")
import job_mail
job = job_mail.read_table(job_mail.schedule_file()).job("a")
try:
    job_mail.perform(job, datetime.fromisoformat(sys.argv[1]))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.fixture
def airflow(tmp_path, monkeypatch):
    monkeypatch.setenv("JOB_LOGS", str(tmp_path / "logs"))
    settings = {"AIRFLOW_HOME": str(tmp_path / "airflow"), "JOB_MAIL_PYTHON": sys.executable}

    def run(*arguments):
        command = [str(AIRFLOW), *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | settings)

    return run


def test_the_dags_load_and_run_at_the_table_s_hours(airflow):
    done = airflow("-m", "ops.airflow.check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DAGs load" in done.stdout


def test_a_timetable_that_is_not_the_table_s_is_told(airflow, tmp_path, monkeypatch):
    monkeypatch.setenv("JOB_SCHEDULE", str(write_schedule(tmp_path, a=job_of("1"))))
    wrong = "import ops.airflow.check as c; c.due = lambda *_: []; raise SystemExit(c.main())"
    done = airflow("-c", wrong)
    assert done.returncode == 1
    assert "a: Airflow plans 1344 runs" in done.stdout


def test_one_run_at_a_time_nothing_made_up_for_and_no_mailing_tried_again(airflow):
    done = airflow("-c", DESCRIBED)
    told = json.loads(done.stdout.splitlines()[-1])
    assert all(dag[:2] == [1, False] for dag in told.values())
    assert {name for name, dag in told.items() if dag[2] == 0} == {"job-mail-mail", "job-mail-mail-again"}
    assert told["job-mail-crawl-saramin"][3] == "crawler"


@pytest.mark.parametrize(
    ("program", "raised", "code"), [("1", [], 0), ("import sys; sys.exit(3)", ["AirflowFailException"], 3)]
)
def test_a_task_runs_the_job_for_its_instant_without_airflow_s_settings(
    airflow, database, tmp_path, monkeypatch, program, raised, code
):
    checks = "import os; assert not [name for name in os.environ if 'AIRFLOW' in name]"
    monkeypatch.setenv("JOB_SCHEDULE", str(write_schedule(tmp_path, a=job_of(checks, program, when=ALWAYS))))
    hour = datetime.now(KST).replace(minute=0, second=0, microsecond=0)
    done = airflow("-c", PERFORMED, hour.isoformat())
    assert [line for line in done.stdout.splitlines() if "Exception" in line] == raised, done.stderr
    assert [(job, ended, planned) for job, ended, _, planned in rows(database)] == [("a", code, True)]


def test_a_run_that_comes_too_late_is_skipped_and_a_triggered_one_runs_as_by_hand(
    airflow, database, tmp_path, monkeypatch
):
    monkeypatch.setenv("JOB_SCHEDULE", str(write_schedule(tmp_path, a=job_of("1", when=ALWAYS))))
    hour = datetime.now(KST).replace(minute=0, second=0, microsecond=0)
    assert "AirflowSkipException" in airflow("-c", PERFORMED, (hour - timedelta(hours=5)).isoformat()).stdout
    assert "Exception" not in airflow("-c", PERFORMED, (hour + timedelta(minutes=7)).isoformat()).stdout
    assert [planned for *_, planned in rows(database)] == [False]
