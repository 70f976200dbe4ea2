"""A sandbox in a process of its own and real crawls of it, for tests that run the whole way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def sandbox(*arguments: str, clock: str | None = None) -> Iterator[str]:
    """Serve the boards while the block runs; its address."""
    environment = os.environ | ({"JOB_CLOCK": clock} if clock else {})
    command = [sys.executable, "-m", "sandbox", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def about(address: str) -> dict:
    """What the sandbox says of itself."""
    with urlopen(f"{address}/about", timeout=30) as answer:
        return json.load(answer)


def scrapy(address: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `scrapy` against a sandbox."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"JOBSPIDER_SANDBOX": address, "JOBSPIDER_LOG_LEVEL": "WARNING"} | environment,
    )
