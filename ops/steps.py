"""Run the product's commands one after another or side by side, keep their logs, tell how each one went."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2  # commands side by side: one for each core of a small machine


class StepFailed(Exception):
    """A command failed; the text has its own last words and where the rest stands."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its name for a person, the arguments of python, and settings of its own."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a step went."""

    step: Step
    seconds: float
    exit_code: int
    said: str  # the last line that it printed
    log: Path


class Steps:
    """Runs steps, each with its log in a folder, and prints a line for each."""

    def __init__(self, console: Console, logs: Path) -> None:
        self.console, self.logs = console, logs
        logs.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, *arguments: str, **environment: str) -> None:
        """Run one command, with some settings of its own. Raises StepFailed."""
        with self.console.status(f"{name} …"):
            ended = self._run(Step(name, arguments, environment))
        if ended.exit_code:
            raise StepFailed(f"{name}: {ended.said} (all it said: {ended.log})", ended.exit_code)
        self._tell(ended)

    def together(self, *steps: Step) -> None:
        """Run commands side by side; one that fails is told and does not stop the others."""
        with self.console.status(f"{', '.join(step.name for step in steps)} …"), ThreadPoolExecutor(AT_ONCE) as pool:
            for ended in pool.map(self._run, steps):
                self._tell(ended)

    def _run(self, step: Step) -> Ended:
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, *step.arguments],
            cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env=os.environ | step.environment,
        )  # fmt: skip
        log = self.logs / f"{step.name.replace(' ', '-')}.log"
        log.write_text(done.stdout + done.stderr)
        return Ended(step, time.monotonic() - started, done.returncode, last_word(done), log)

    def _tell(self, ended: Ended) -> None:
        mark = "[red]✗[/]" if ended.exit_code else "[green]✓[/]"
        log = f" (exit {ended.exit_code}, all it said: {ended.log})" if ended.exit_code else ""
        line = f"{ended.step.name:<15} {ended.seconds:5.1f} s  [dim]{escape(ended.said)}{log}[/]"
        self.console.print(f"{mark} {line}", soft_wrap=True)


def last_word(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the line that tells how a command went: its error, else the last printed, else the last of its log.

    A line that is set in belongs to the one above it.
    """
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    told = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith(" ")]
    lines = errors or told or done.stderr.strip().splitlines()
    return lines[-1] if lines else ""


def output(*arguments: str) -> str:
    """Return what a command prints, whatever its exit code. Raises StepFailed when it prints nothing."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise StepFailed(done.stderr.strip() or " ".join(arguments), done.returncode or 1)
    return done.stdout
