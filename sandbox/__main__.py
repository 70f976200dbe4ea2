"""`python -m sandbox`: serve the made-up boards, or a folder of saved pages, on loopback."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from jobdb import clock
from sandbox.market import Market
from sandbox.misbehave import KINDS, Fault, Misbehaving
from sandbox.server import Dated, application, board_of_hosts
from sandbox.shelf import Shelf

EXAMPLE = "example: python -m sandbox --port 8700, then JOBSPIDER_SANDBOX=http://127.0.0.1:8700 scrapy crawl saramin"


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    options = _options()
    listener = listening(options.port)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    shelf = _shelf(options)
    boards = Misbehaving(Dated(application(shelf), shelf.now), board_of_hosts(shelf), options.misbehave)
    config = uvicorn.Config(boards, log_level="warning", lifespan="off", date_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def listening(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0 takes a free one.

    Without TCP_NODELAY each answer on a kept connection waits 40 ms for the acknowledgement of its headers: asyncio
    sets it only on sockets that name their protocol.
    """
    listener = socket.create_server(("127.0.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", epilog=EXAMPLE)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=7, help="the same seed and day give the same market")
    parser.add_argument("--size", type=int, default=600, help="postings listed on all boards together")
    parser.add_argument("--replay", type=Path, help="serve the real pages and rows saved in this folder instead")
    parser.add_argument(
        "--misbehave", type=Fault.read, action="append", default=[], metavar="KIND@BOARD:SHARE",
        help=f"trouble on the boards, like 429@saramin:0.05; KIND is one of {', '.join(KINDS)}",
    )  # fmt: skip
    return parser.parse_args()


def _shelf(options: argparse.Namespace) -> Shelf:
    if options.replay is None:
        return Market(options.seed, clock.now(), options.size)
    if not options.replay.is_dir():
        sys.exit(f"error: {options.replay}: no such folder; give the one that holds saramin/, incruit/, …")
    from sandbox.replay import Replay  # reads every saved row; only a replay pays for it

    return Replay(options.replay, clock.now())


if __name__ == "__main__":
    main()
