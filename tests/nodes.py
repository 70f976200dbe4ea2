"""Several crawling processes, the Redis that they share, and boards that note what they are asked."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from redis import Redis, RedisError
from starlette.types import ASGIApp, Receive, Scope, Send

from jobdb.clock import KST
from jobspider.sharing.crawl import SharedCrawl
from tests.worlds import ROOT

NOW = datetime(2026, 11, 24, 3, tzinfo=KST)
LEASE = 3  # seconds: a dead node is noticed soon
SERVER = shutil.which("redis-server")


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis of our own on a socket below /tmp; its address."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        path = Path(folder) / "socket"
        command = [SERVER or "redis-server", "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                wait_until(lambda: _answers(Redis(unix_socket_path=str(path))))
                yield f"unix://{path}"
            finally:
                server.terminate()


def wait_until(happened: Callable[[], bool]) -> None:
    """Return when something has happened, within a minute."""
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until, "it did not happen in a minute"
        time.sleep(0.005)


def _answers(server: Redis) -> bool:
    try:
        return bool(server.ping())
    except RedisError:
        return False


class Noted:
    """Boards that note every page they are asked for, take their time to answer, and answer once they are open."""

    def __init__(self, boards: ASGIApp, latency: float = 0.0) -> None:
        self.boards, self.latency = boards, latency
        self.asked: list[str] = []
        self.is_open = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        await asyncio.sleep(self.latency)
        while not self.is_open:
            await asyncio.sleep(0.01)
        await self.boards(scope, receive, send)

    @contextmanager
    def closed_until_joined(self, server: Redis, board: str, nodes: int) -> Iterator[None]:
        """Let nobody have an answer before so many nodes, started in the block, have joined a board's crawl."""
        self.is_open = False
        yield
        wait_until(lambda: nodes_of(server, board) == nodes)
        self.is_open = True

    def pages(self) -> Counter[str]:
        """How often each page was asked for; each node reads robots.txt for itself."""
        return Counter(page for page in self.asked if not page.endswith("/robots.txt?"))

    def robots(self) -> int:
        """How many nodes have begun to ask."""
        return sum(page.endswith("/robots.txt?") for page in self.asked)


def nodes_of(server: Redis, board: str) -> int:
    """How many nodes are in a board's crawl."""
    current = server.get(f"jobspider:{board}:current")
    return int(server.zcard(SharedCrawl(server, board, current.decode(), "").key("nodes"))) if current else 0


def node(board: str, sandbox: str, redis: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start `scrapy crawl` of a board, as one node of several when there is a Redis."""
    settings = {"JOBSPIDER_SANDBOX": sandbox, "JOBSPIDER_LOG_LEVEL": "WARNING", "JOB_CLOCK": NOW.isoformat(),
                "WANTED_SOURCE": "sitemap", "REDIS_URL": redis}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", board, "-s", f"SHARED_LEASE={LEASE}", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | settings | environment,
    )
