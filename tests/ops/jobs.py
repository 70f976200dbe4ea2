"""Schedules of a test's own, and `python -m ops.job` as cron would start it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.worlds import ROOT

ALWAYS = "every = 60\nminutes = 10\nuseful_minutes = 60"


def write_schedule(folder: Path, **jobs: str) -> Path:
    """Write a schedule.toml: job key -> its lines besides `about`; underscores stand for dashes."""
    path = folder / "schedule.toml"
    tables = (f'[jobs.{key.replace("_", "-")}]\nabout = "{key}"\n{lines}\n' for key, lines in jobs.items())
    path.write_text("".join(tables), encoding="utf-8")
    return path


def job_of(*programs: str, when: str = ALWAYS, more: str = "") -> str:
    """The lines of a job whose steps are Python programs."""
    steps = json.dumps([["python", "-c", program] for program in programs])
    return f"{when}\nsteps = {steps}\n{more}"


def start(*arguments: str, module: str = "ops.job", **environment: str) -> subprocess.Popen[str]:
    """Start a program of ops."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(*arguments: str, module: str = "ops.job", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of ops to its end."""
    process = start(*arguments, module=module, **environment)
    stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def rows(database) -> list[tuple]:
    """(job, exit code, detail, whether it was planned) of all runs, oldest first."""
    with database, database.cursor() as cursor:
        cursor.execute("SELECT job, exit_code, detail, due_at IS NOT NULL FROM job_run ORDER BY id")
        return cursor.fetchall()
