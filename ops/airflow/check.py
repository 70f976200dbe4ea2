"""Do the DAGs load in a real Airflow, and run at the hours of ops/schedule.toml? Run by Airflow's interpreter.

`make airflow` runs it; it needs no database and no scheduler. Exit code 1 when a DAG does not.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import TimeRestriction
from pendulum import instance

HOME = Path(__file__).resolve().parents[2]
sys.path.append(str(HOME))

from jobdb.clock import KST  # noqa: E402  found by HOME
from ops.schedule.entry import Job  # noqa: E402
from ops.schedule.table import due, read_table, schedule_file  # noqa: E402

WEEKS = 8
STARTS = (datetime(2026, 11, 23, tzinfo=KST), datetime(2028, 2, 7, tzinfo=KST))  # a turn of the year, a leap day


def planned_by(dag, start: datetime, end: datetime) -> list[datetime]:
    """Return the instants from start (included) to end (left out) at which Airflow runs a DAG."""
    restriction = TimeRestriction(earliest=instance(start), latest=None, catchup=True)
    last, instants = None, list[datetime]()
    while run := dag.timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction):
        if run.data_interval.end >= end:
            return instants
        instants.append(run.data_interval.end)
        last = run.data_interval
    return instants


def differing(dag, job: Job) -> str | None:
    """Return where Airflow's hours are not the table's, or None."""
    for start in STARTS:
        end = start + timedelta(weeks=WEEKS)
        theirs, ours = planned_by(dag, start, end), list(due(job, start, end))
        if theirs != ours:
            return f"{job.key}: Airflow plans {len(theirs)} runs from {start:%Y-%m-%d}, the table {len(ours)}"
    return None


def main() -> int:
    """Print what is wrong, or how many DAGs are right; return the exit code."""
    bag = DagBag(Path(__file__).parent / "dags")
    jobs = [job for job in read_table(schedule_file()).jobs.values() if not job.off]
    wrong = [f"{file}: {error}" for file, error in bag.import_errors.items()]
    missing = [job.key for job in jobs if f"job-mail-{job.key}" not in bag.dags]
    wrong += [f"{key}: no DAG" for key in missing]
    for job in jobs:
        if job.key not in missing:
            read = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags[f"job-mail-{job.key}"]))
            wrong += filter(None, [differing(read, job)])
    print("\n".join(wrong) or f"{len(jobs)} DAGs load; their runs over {WEEKS} weeks are those of the table")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
