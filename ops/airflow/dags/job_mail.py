"""Airflow's DAGs: one for each job of ops/schedule.toml, at its hours, running what cron would run.

JOB_MAIL_HOME names the product's folder (found by itself where this file is a link into it), JOB_MAIL_PYTHON its
interpreter (else HOME/.venv/bin/python): Airflow and the product have packages of their own.
"""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.timetables.trigger import MultipleCronTriggerTimetable

HOME = Path(os.environ.get("JOB_MAIL_HOME") or Path(__file__).resolve().parents[3])
PYTHON = os.environ.get("JOB_MAIL_PYTHON") or str(HOME / ".venv" / "bin" / "python")
sys.path.append(str(HOME))

from jobdb.clock import KST  # noqa: E402  found by HOME
from ops.schedule.entry import Job  # noqa: E402
from ops.schedule.table import latest_due, read_table, schedule_file  # noqa: E402
from ops.schedule.weekly import listed, moments  # noqa: E402

OWNERS = {"crawl": "crawler", "mail": "mailer", "refusals": "mailer", "events": "mailer"}
SENDING = {"mail", "mail-again"}
LEFT_OUT = 75  # what ops.job says of a run that goes on already, or comes too late
GRACE = timedelta(minutes=10)  # beyond a job's own limit, which ends it first


def crons(job: Job) -> list[str]:
    """Return a job's hours as lines of cron, in Korean time."""
    sunday_first = ([(day + 1) % 7 for day in block.days] for block in moments(job.week))
    return [
        f"{listed(block.minutes, 60)} {listed(block.hours, 24)} * * {listed(sorted(days), 7)}"
        for block, days in zip(moments(job.week), sunday_first, strict=True)
    ]


def environment() -> dict[str, str]:
    """Return the environment without Airflow's own settings and secrets, which are no job's business."""
    return {name: value for name, value in os.environ.items() if "AIRFLOW" not in name and name != "PYTHONPATH"}


def perform(job: Job, instant: datetime) -> None:
    """Run a job for the instant it was planned for; it leaves its row, and its log, as under any scheduler.

    At any other instant somebody has triggered the DAG: the job then runs as by hand.

    Raises AirflowSkipException for a run that was left out, and AirflowFailException for one that failed: the job has
    had its tries (`tries` of the schedule), and a further run of the same instant would find it made.
    """
    planned = ["--due", instant.isoformat()] if latest_due(job, instant) == instant else []
    with subprocess.Popen([PYTHON, "-m", "ops.job", job.key, *planned], cwd=HOME, env=environment()) as process:
        try:
            code = process.wait()
        finally:
            process.terminate()  # where Airflow ends the task; ops.job passes it on
    if code == LEFT_OUT:
        raise AirflowSkipException(f"{job.key} was left out; its log says why")
    if code:
        raise AirflowFailException(f"{job.key} ended with exit code {code}")


def dag_of(job: Job) -> DAG:
    """Return a job's DAG: one task, one run at a time, nothing made up for from before it was switched on."""
    kind = job.key.partition("-")[0]
    dag = DAG(
        dag_id=f"job-mail-{job.key}",
        description=job.about,
        schedule=MultipleCronTriggerTimetable(*crons(job), timezone="Asia/Seoul"),
        start_date=datetime(2026, 1, 1, tzinfo=KST),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=job.longest + GRACE,
        tags=["job-mail", kind],
        is_paused_upon_creation=True,
        default_args={"owner": OWNERS.get(kind, "operations")},
    )

    # Airflow tries again what ended without an exit code, because its worker died: the job finds the killed run and
    # makes it anew. Never a mailing: what the dead sender had in hand a person looks at first, and mail-again comes.
    @task(
        task_id=job.key,
        retries=0 if job.key in SENDING else 1,
        retry_delay=timedelta(minutes=5),
        execution_timeout=job.longest + GRACE,
    )
    def run(data_interval_end: datetime | None = None) -> None:
        assert data_interval_end
        perform(job, data_interval_end)

    with dag:
        run()
    return dag


for scheduled in read_table(schedule_file()).jobs.values():
    if not scheduled.off:
        globals()[f"job_mail_{scheduled.key}"] = dag_of(scheduled)
