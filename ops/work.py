"""A run's steps, one after another: tried again, ended in time, stopped when this program is."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from ops.child import NOT_FOUND, TIMED_OUT, Child, Stop
from ops.schedule.entry import Job


@dataclass(slots=True)
class Work:
    """What a run needs: its job and id, its log, and the file descriptor whose owner holds the job's lock."""

    job: Job
    run_id: str
    log: Path
    lock: int
    stop: Stop
    quiet: bool = False

    def steps(self) -> tuple[int, str]:
        """Run the steps; return the exit code and the last words of the first that failed, or of the last one."""
        deadline = time.monotonic() + self.job.longest.total_seconds()
        failed: tuple[int, str] | None = None
        said = ""
        for step in self.job.steps:
            code, said = self._tried(step, deadline)
            if code and failed is None:
                failed = code, f"{_name(step)}: {said}"
            if code and code not in self.job.go_on:
                break
        return failed or (0, said)

    def _tried(self, step: tuple[str, ...], deadline: float) -> tuple[int, str]:
        """Run a step until it succeeds, its tries are used up, or the time or somebody's patience is."""
        pause = self.job.pause.total_seconds()
        for _ in range(self.job.tries - 1):
            code, said = self._once(step, deadline)
            if code == 0 or code in self.job.go_on or self.stop.signal or time.monotonic() + pause >= deadline:
                return code, said
            self.stop.sleep(pause)
        return self._once(step, deadline)

    def _once(self, step: tuple[str, ...], deadline: float) -> tuple[int, str]:
        if not self.stop.signal:
            environment = os.environ | {"JOB_RUN_ID": self.run_id, "PYTHONUNBUFFERED": "1"}
            try:
                # The command inherits the connection's socket: should this program be killed, the lock stays held as
                # long as the command lives, and nothing overlaps it.
                child = Child(step, environment, self.log, self.quiet, keep=(self.lock,))
            except OSError as error:
                return NOT_FOUND, f"error: {step[0]}: {error.strerror}"
            self.stop.passed_on_to(child)
            code, said = child.wait(deadline), child.last_words()
        if self.stop.signal:
            return 128 + self.stop.signal, f"stopped by {self.stop.signal.name}"
        if code == TIMED_OUT:
            return code, f"ended after {self.job.longest.total_seconds() / 60:.0f} min, its limit; {said}"
        return code, said


def _name(step: tuple[str, ...]) -> str:
    """Return a command as a person would name it: "mailer send", "ops.crawl saramin"."""
    return " ".join([word for word in step if word not in ("python", "-m")][:2])
