"""One school, its providers and its boards in the clock's time; what happens and when; the ledger held to the rules."""

import heapq
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest
from psycopg2.extensions import connection

from ops.child import Child
from sandbox.ses import Accepted
from tests.mailer_cli.google import Google
from tests.month.boards import Boards
from tests.month.hook import Hook
from tests.month.post import Post
from tests.month.provider import Provider
from tests.month.school import Reader, School
from tests.month.window import slot_at
from tests.month.within import invoke

STIRRED = tuple(timedelta(minutes=minutes) for minutes in (0, 10, 40, 70))
TEN = timedelta(minutes=10)


@dataclass
class World:
    """Everything outside the product. `folder` holds its files; the environment leads it here."""

    folder: Path
    first: datetime
    days: int
    dice: random.Random
    patch: pytest.MonkeyPatch
    database: connection  # the test's own, autocommit
    school: School
    provider: Provider
    post: Post
    boards: Boards
    google: Google
    hook: Hook
    stopped: bool = False  # the machine that runs the schedule
    away: bool = False  # the database
    sender: Child | None = None
    agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    marks: set[datetime] = field(default_factory=set)
    due: dict[datetime, set[Reader]] = field(default_factory=dict)  # slot -> who was to get its mail
    got: dict[datetime, list[tuple[Reader, Accepted]]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)  # mails to whom there should be none
    codes: Counter[tuple[str, int]] = field(default_factory=Counter)  # what the commands ended with
    seen: int = 0
    turns: Iterator[int] = field(default_factory=count)

    @property
    def end(self) -> datetime:
        """The first instant that is no more of it."""
        return self.first + timedelta(days=self.days)

    @property
    def address(self) -> str:
        """The database's."""
        return os.environ["DATABASE_URL"]

    @property
    def roster(self) -> Path:
        """The LMS's export."""
        return self.folder / "roster.csv"

    def later(self, at: datetime, act: Callable[[], object]) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self.agenda, (at, next(self.turns), act))

    def turn(self, at: datetime) -> None:
        """Let happen what was to happen until an instant, each at its own."""
        while self.agenda and self.agenda[0][0] <= at:
            when, _, act = heapq.heappop(self.agenda)
            self.set_clock(when)
            with_whom = self.school.may(slot_at(when).date())
            act()
            self.enter(with_whom)
            self.stir(when)
        self.set_clock(at)

    def set_clock(self, at: datetime) -> None:
        """Make an instant the present, for this process and all that it starts."""
        self.patch.setenv("JOB_CLOCK", at.isoformat())

    def stir(self, at: datetime) -> None:
        """Remember that something happened: watching and reading events look again soon after it."""
        since = at - timedelta(minutes=at.minute % 10, seconds=at.second, microseconds=at.microsecond)
        self.marks |= {since + TEN * (since < at) + after for after in STIRRED}

    def enter(self, allowed: dict[Reader, list[str]]) -> None:
        """Take new mails into the ledger; `allowed` are those who might get one when they left."""
        new, self.seen = self.provider.accepted[self.seen :], len(self.provider.accepted)
        for mail in new:
            reader = course_of(mail), mail.recipient.lower()
            self.got[slot_at(mail.at)].append((reader, mail))
            if reader not in allowed:
                self.wrong.append(f"{mail.at:%m-%d %H:%M} {reader[0]} {reader[1]}")
            self.post.read(mail)

    def ran(self, command: Sequence[str], code: int) -> None:
        """A command of the mailer ended: what the product knows by it."""
        self.codes[" ".join(command[1:3]), code] += 1
        known = {"roster import": self.school.imported, "refusals pull": self.school.refusals_read,
                 "events pull": self.post.taken}  # fmt: skip
        if code == 0 and (learn := known.get(" ".join(command[1:3]))):
            learn()

    def by_hand(self, *words: str) -> str:
        """Let the manager give a command; what it printed."""
        result = invoke(words)
        self.ran(("mailer", *words), result.exit_code)
        return result.output

    def ask(self, question: str, *values: object) -> list[tuple]:
        """Ask the database past the product."""
        with self.database.cursor() as on:
            on.execute(question, values)
            return on.fetchall()

    def sender_pid(self) -> int | None:
        """The `mailer send` that runs."""
        return self.sender.process.pid if self.sender and self.sender.process.poll() is None else None


def course_of(mail: Accepted) -> str:
    """The course that stands in a mail's subject: "[BIGDATA 77] 이번 주 …"."""
    subject = str(message_from_bytes(mail.raw, policy=policy.default)["Subject"])
    return subject.partition("]")[0].rpartition("[")[2]
