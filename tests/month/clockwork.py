"""The schedule, driven: every planned instant in order, with the clock set to it, by the product's own wrapper of jobs.

`events` and `watch` are due 144 times a day. Both are run at every full hour and while the database is away; besides,
`events` when messages wait, `watch` at 0, 10, 40 and 70 minutes after anything has happened. The other instants, in
which nothing can have changed, are entered in job_run without a run.
"""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from jobdb.errors import OperatorError
from ops import runs
from ops.job import scheduled
from ops.runs import Run
from ops.schedule.entry import Job
from ops.schedule.table import Table, due_between
from tests.month.manager import Manager
from tests.month.window import slot_at
from tests.month.world import World

OFTEN = {"events", "watch"}


@dataclass
class Clockwork:
    """One run through a world's days; `ran` and `entered` count jobs, `refused` runs that could not begin."""

    world: World
    table: Table
    manager: Manager
    ran: Counter[str] = field(default_factory=Counter)
    entered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    was_stopped: bool = True

    def run(self) -> None:
        """Let all days pass."""
        planned = due_between(self.table, self.world.first, self.world.end)
        for at, due in groupby(planned, key=lambda each: each[0]):
            self.pass_through(at, [job for _, job in due])

    def pass_through(self, at: datetime, due: list[Job]) -> None:
        """Let one instant pass: what happens by itself, then what is due, then what people make of it."""
        world = self.world
        world.turn(at)
        if world.post.bring(at):
            world.stir(at)
        allowed = world.school.may(slot_at(at).date())
        if slot_at(at) == at:
            world.due[at] = set(allowed)
        if not world.stopped:
            # a runner that is started makes up for what it missed: each job knows whether it did, or is too late
            for job in self.table.jobs.values() if self.was_stopped else due:
                self.start(job, at)
        self.was_stopped = world.stopped
        world.enter(allowed)
        self.manager.look(at)

    def start(self, job: Job, at: datetime) -> None:
        """Start a job, or enter it where it would find everything as it was."""
        if job.key in OFTEN and not self._has_reason(job, at):
            self.entered[job.key] += 1
            run = Run(job.key, f"{job.key}-{secrets.token_hex(6)}", at, at, at, 0, "nothing had changed")
            runs.begin(self.world.database, run)
            return
        self.ran[job.key] += 1
        if job.key not in OFTEN:
            self.world.stir(at)
        try:
            scheduled(job, quiet=True)
        except OperatorError:
            self.refused[job.key] += 1

    def _has_reason(self, job: Job, at: datetime) -> bool:
        new = bool(self.world.post.brought) if job.key == "events" else at in self.world.marks
        return new or at.minute == 0 or self.world.away or self.was_stopped
