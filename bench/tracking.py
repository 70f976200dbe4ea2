"""The tracking endpoint: hits a second against the same server answering a constant GIF, and how long an answer takes.

`mailer serve-tracking` and the constant answer run under the same web server, each in a process of its own; a third
process asks them in turn over several kept connections. The ratio is the median of the rounds' ratios.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from infra.logo.endpoint import Reply
from mailer_cli.tokens import key_ring, token
from mailer_cli.tracking.application import Receive, Send, reply
from mailer_cli.tracking.listener import listening
from mailer_cli.tracking.server import serve

ROOT = Path(__file__).resolve().parent.parent
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
CLIENTS = 8
HITS = 1600  # of a round
ROUNDS = 15  # short ones in turn: on a busy machine two long ones have little in common
GOAL = 0.5
AGENT = "Mozilla/5.0 (Linux; Android 15; SM-S938N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile"


async def constant(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Answer every request with the smallest picture there is."""
    del scope, receive
    await reply(Reply(200, (("content-type", "image/gif"),), GIF), send)


@contextlib.contextmanager
def running(*command: str) -> Iterator[str]:
    """Run a server while the block runs; yield its address, which is the first line that it prints."""
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextlib.contextmanager
def tracking(folder: Path) -> Iterator[str]:
    """Run `mailer serve-tracking` as a school would, its log aside."""
    settings = (ROOT / "config" / "mail.toml").read_text(encoding="utf-8")
    told = settings.replace('tracking = ""', 'tracking = "https://track.example.com"')
    (folder / "mail.toml").write_text(told, encoding="utf-8")
    os.environ |= {"JOB_CONFIG_DIR": str(folder), "MAIL_TOKEN_KEYS": secrets.token_hex(32)}
    command = ("-m", "mailer_cli", "serve-tracking", "--port", "0", "--hits", str(folder / "hits"))
    with running(*command) as address:
        yield address


async def client(port: int, paths: list[str], took: list[float]) -> None:
    """Ask for one path after the other on one connection; append how long each answer took, in seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        start = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: track.example.com\r\nUser-Agent: {AGENT}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
        took.append(time.perf_counter() - start)
    writer.close()


async def ask(address: str, paths: list[str]) -> tuple[float, list[float]]:
    """Ask for all paths by CLIENTS connections at once; return the answers a second and how long each took."""
    port, took = urlsplit(address).port or 0, list[float]()
    start = time.perf_counter()
    await asyncio.gather(*(client(port, paths[number::CLIENTS], took) for number in range(CLIENTS)))
    return len(paths) / (time.perf_counter() - start), took


def opens() -> list[str]:
    """Return the paths of as many mails' logos as a round has hits."""
    keys = key_ring(os.environ["MAIL_TOKEN_KEYS"])
    return [f"/o/{token('open', str(uuid4()), keys)}.png" for _ in range(HITS)]


def kept(folder: Path) -> int:
    """Return how many hits lie in the spool, finished or not."""
    return sum(path.read_bytes().count(b"\n") for path in folder.iterdir())


def line(name: str, rounds: list[tuple[float, list[float]]]) -> str:
    """Return a server's answers a second and their times, in one line."""
    cuts = quantiles((1000 * seconds for _, took in rounds for seconds in took), n=100)
    rate = median(rate for rate, _ in rounds)
    return f"  {name:<22} {rate:>6,.0f} hits/s   p50 {cuts[49]:.1f} ms   p99 {cuts[98]:.1f} ms"


def main() -> None:
    """Print both servers' figures and their ratio, and that every hit was kept."""
    if "--constant" in sys.argv:
        listener = listening("127.0.0.1", 0)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        serve(constant, listener)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tracking(folder) as ours, running("-m", "bench.tracking", "--constant") as theirs:
            paths = opens()
            rounds = [(asyncio.run(ask(ours, paths)), asyncio.run(ask(theirs, paths))) for _ in range(ROUNDS)]
        hits = kept(folder / "hits")
    ratio = median(mine[0] / plain[0] for mine, plain in rounds)
    print(f"the tracking endpoint, {CLIENTS} kept connections, {ROUNDS} rounds of {HITS:,} openings")
    print(line("mailer serve-tracking", [mine for mine, _ in rounds]))
    print(line("a constant GIF", [plain for _, plain in rounds]))
    print(f"  {ratio:.2f} x (goal {GOAL}); {hits:,} of {ROUNDS * HITS:,} hits kept")


if __name__ == "__main__":
    main()
