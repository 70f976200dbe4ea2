"""One command of a scheduled job: bounded in time, stopped in order, its output kept and its last words known."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from ops.steps import ROOT

TIMED_OUT = 124  # as timeout(1) says it
NOT_FOUND = 127  # as a shell says it
GRACE = 30.0  # seconds between asking and insisting
# First what Ctrl-C sends: a crawl ends its requests, a sender the mails that are on their way. Who does not listen is
# told once more, then killed.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
OURS = {"python": (), "mailer": ("-m", "mailer_cli"), "scrapy": ("-m", "scrapy")}


class Child:
    """A command in a process group of its own, whose output goes to a log and, unless quiet, to ours."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, quiet: bool, keep: Sequence[int] = ()
    ) -> None:
        self.words: deque[str] = deque(maxlen=200)
        self.endings = list(ENDING)
        self.insist_at = float("inf")
        self.process = subprocess.Popen(
            argv(command), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, pass_fds=keep,
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read, args=(log, quiet), daemon=True)
        self.reader.start()

    def wait(self, deadline: float) -> int:
        """Return the exit code, 128 + the signal of a killed one, or TIMED_OUT; `deadline` is of time.monotonic()."""
        timed_out = False
        while (code := self._ended(min(deadline if not timed_out else float("inf"), self.insist_at))) is None:
            timed_out = timed_out or time.monotonic() >= deadline
            self.end()
        self._sweep()
        return TIMED_OUT if timed_out else code if code >= 0 else 128 - code

    def end(self) -> None:
        """Ask the whole group to end; each time that it is asked, more firmly. It may be gone already."""
        number = self.endings.pop(0) if len(self.endings) > 1 else self.endings[0]
        self.insist_at = time.monotonic() + GRACE
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def last_words(self) -> str:
        """Return the line that tells how it went: its error, else the last that it printed."""
        said = [line for line in self.words if line.strip()]
        errors = [line for line in said if line.startswith("error: ")]
        return (errors or said or [""])[-1]

    def _ended(self, until: float) -> int | None:
        try:
            return self.process.wait(None if until == float("inf") else max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return None

    def _sweep(self) -> None:
        """End what the command left behind, so that nothing of a run outlives it, and read its output to the end."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.reader.join(GRACE)

    def _read(self, log: Path, quiet: bool) -> None:
        assert self.process.stdout
        with log.open("ab") as kept, self.process.stdout as output:
            for line in output:
                kept.write(line)
                kept.flush()
                told = line.decode("utf-8", "replace")
                self.words.append(told.rstrip("\n"))
                if not quiet:
                    sys.stdout.write(told)
                    sys.stdout.flush()


class Stop:
    """Notes that this program was told to stop, and passes it on to the command that runs, once.

    Ctrl-C reaches a program twice, from the terminal and from the runner: a sender that is ending its mails is not
    pressed by the second.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.child: Child | None = None
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)

    def passed_on_to(self, child: Child) -> None:
        """Stop this command too when this program is told to stop, or was told so a moment ago."""
        self.child = child
        if self.signal:
            child.end()

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until this program is told to stop."""
        until = time.monotonic() + seconds
        while not self.signal and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 1.0))

    def _told(self, number: int, _frame: FrameType | None) -> None:
        if self.signal:
            return
        self.signal = signal.Signals(number)
        if self.child:
            self.child.end()


def argv(command: Sequence[str]) -> list[str]:
    """Return what is executed: this program's own commands by this very Python, others as they stand."""
    first, *rest = command
    return [sys.executable, *OURS[first], *rest] if first in OURS else [first, *rest]
