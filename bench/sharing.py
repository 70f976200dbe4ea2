"""Measure what a second node brings: one board crawled by one node and by two that share a Redis.

Run it with `python -m bench.sharing` at the root of the repository; it needs redis-server. The sandbox answers each
request after a while, no politeness is due, and each node has a few requests under way: what is waited for is the
board. Wall time is that of the processes, their start included; the ways take turns, and the medians are compared.

alone: one node without Redis. one: one node that keeps its frontier in Redis. two: two nodes that share it.
killed: two nodes, one of which is killed half-way: what it had in hand is asked again.
"""

import contextlib
import time
from collections.abc import Callable
from statistics import median
from subprocess import Popen

import psycopg2
from redis import Redis

from bench._boards import served
from bench._scratch import scratch
from sandbox.market import Market
from sandbox.server import application
from tests.nodes import LEASE, NOW, SERVER, Noted, node, redis, wait_until

BOARD, SIZE = "jumpit", 3_000
LATENCY = 0.3  # seconds of each answer
AT_ONCE = 4  # requests that a node has under way
KILLED_AFTER = 200  # requests
ROUNDS = 2
REQUESTS_GOAL, TIME_GOAL = 1.05, 0.65
WAYS = {"alone": 1, "one": 1, "two": 2, "killed": 2}


def crawl(way: str, database: str, address: str) -> tuple[float, int, int]:
    """Crawl the board into an empty database; return seconds, requests that arrived, and postings stored."""
    boards = Noted(application(Market(7, NOW, SIZE)), LATENCY)
    Redis.from_url(address).flushall()
    with served(boards) as sandbox:
        start = time.perf_counter()
        arguments = ("-s", f"CONCURRENT_REQUESTS={AT_ONCE}", "-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={AT_ONCE}")
        nodes = [node(BOARD, sandbox, "" if way == "alone" else address, *arguments) for _ in range(WAYS[way])]
        if way == "killed":
            kill_half_way(nodes[0], lambda: len(boards.asked))
        for each in nodes:
            each.communicate()
        seconds = time.perf_counter() - start
    return seconds, len(boards.asked), stored(database)


def kill_half_way(victim: Popen[str], asked: Callable[[], int]) -> None:
    """Kill a node when about half of a crawl's requests have come."""
    wait_until(lambda: asked() > KILLED_AFTER)
    victim.kill()


def stored(database: str) -> int:
    """Return how many postings there are, and empty the database."""
    with contextlib.closing(psycopg2.connect(database)) as opened, opened, opened.cursor() as on:
        on.execute("SELECT count(*) FROM posting")
        row = on.fetchone()
        on.execute("TRUNCATE crawl, posting, sighting RESTART IDENTITY CASCADE")
    assert row
    return int(row[0])


def main() -> None:
    """Print requests, seconds and postings of each way, and the ratios to one node."""
    if SERVER is None:
        print("two nodes on one crawl: left out, as there is no redis-server here (Debian: apt install redis-server)")
        return
    found: dict[str, list[tuple[float, int, int]]] = {way: [] for way in WAYS}
    with scratch("sharing") as database, redis() as address:
        for _ in range(ROUNDS):
            for way in WAYS:
                found[way].append(crawl(way, database, address))
    print(f"{BOARD}, {SIZE} made-up postings on all boards, {LATENCY * 1e3:.0f} ms an answer, {AT_ONCE} at once a node")
    print(f"  medians of {ROUNDS} (goals: two / alone {REQUESTS_GOAL} x requests, {TIME_GOAL} x time)")
    alone = [median(column) for column in zip(*found["alone"], strict=True)]
    for way, runs in found.items():
        seconds, requests, postings = (median(column) for column in zip(*runs, strict=True))
        ratios = f"{requests / alone[1]:.3f} x requests   {seconds / alone[0]:.2f} x time"
        print(f"  {way:<7}{seconds:6.1f} s   {requests:>5.0f} requests   {postings:.0f} stored   {ratios}")
    print(f"  a killed node is noticed after {LEASE} s here (30 s in earnest)")


if __name__ == "__main__":
    main()
