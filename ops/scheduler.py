"""`python -m ops.scheduler`: run the schedule on a machine that has neither cron nor systemd, such as a container.

It starts `python -m ops.job KEY --scheduled` when a job is due, and once for each job at its own start, for what was
missed meanwhile: the job itself knows what was run already, and what is too late. SIGTERM ends the jobs that run in
order, then the runner.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from jobdb import clock
from jobdb.clock import KST
from jobdb.errors import OperatorError
from ops import environment
from ops.schedule.entry import DAYS, Job
from ops.schedule.table import Table, read_table, schedule_file
from ops.schedule.weekly import moments
from ops.steps import ROOT

AWAKE = timedelta(seconds=30)  # the clock that waits stands still while a machine sleeps: look at the real one so often


@dataclass(slots=True)
class Runner:
    """Starts jobs as programs of their own, and ends those that run when it is told to stop."""

    running: set["subprocess.Popen[bytes]"] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, key: str) -> None:
        """Run a job for the planned instant that came last, and wait for its end."""
        with self.lock:
            if self.stopped.is_set():
                return
            process = subprocess.Popen([sys.executable, "-m", "ops.job", key, "--scheduled"], cwd=ROOT)
            self.running.add(process)
        process.wait()
        with self.lock:
            self.running.discard(process)

    def stop(self) -> None:
        """Tell the jobs that run to end, and start none any more."""
        with self.lock:
            self.stopped.set()
            for process in self.running:
                process.send_signal(signal.SIGTERM)


def main() -> int:
    """Run the schedule until the program is told to stop."""
    environment.load()
    try:
        table = read_table(schedule_file())
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    runner = Runner()
    scheduler = build(table, runner, clock.now())
    _stop_on_signals(runner, scheduler)
    print(f"{len(scheduler.get_jobs()) - 1} jobs of {table.path}", flush=True)
    scheduler.start()
    return 0


def build(table: Table, runner: Runner, now: datetime) -> BlockingScheduler:
    """Return the scheduler with every job that is not off, each of them due at `now` for the first time.

    Several missed instants are one run (coalesce). A job that still runs is not started a second time; no instant is
    too late here, for `ops.job` knows how long each is of use.
    """
    jobs = [job for job in table.jobs.values() if not job.off]
    scheduler = BlockingScheduler(
        timezone=KST,
        executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(runner.run, trigger(job), [job.key], id=job.key, next_run_time=now)
    scheduler.add_job(runner.stopped.is_set, "interval", seconds=AWAKE.total_seconds(), id="awake")
    return scheduler


def trigger(job: Job) -> OrTrigger:
    """Return the planned instants of a job as APScheduler tells them."""
    return OrTrigger(
        [
            CronTrigger(
                day_of_week=",".join(DAYS[day] for day in block.days), hour=_listed(block.hours),
                minute=_listed(block.minutes), timezone=KST,
            )
            for block in moments(job.week)
        ]
    )  # fmt: skip


def _stop_on_signals(runner: Runner, scheduler: BlockingScheduler) -> None:
    def stop() -> None:
        runner.stop()
        scheduler.shutdown()

    def end(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stop).start()  # the signal may have come while this thread held a lock that it needs

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _listed(values: Iterable[int]) -> str:
    return ",".join(map(str, values))


if __name__ == "__main__":
    sys.exit(main())
