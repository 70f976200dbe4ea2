"""`python -m ops.scrapyd`: serve Scrapyd, deploy the crawl to it, have it crawl."""

import argparse
import json
import os
import sys
from pathlib import Path

from jobdb import clock
from jobdb.boards import BOARDS
from jobdb.errors import SettingError, exit_code
from jobdb.secret import secret
from ops import environment
from ops.scrapyd import home
from ops.scrapyd.client import Client
from ops.scrapyd.egg import deploy

EXAMPLE = "example: python -m ops.scrapyd serve, then make deploy, then python -m ops.scrapyd crawl"


def nodes(folder: Path = home.HOME) -> list[Client]:
    """Return the Scrapyds of SCRAPYD_URL, parted by commas, else that of this machine. Raises SettingError."""
    named = [url.strip() for url in os.environ.get("SCRAPYD_URL", "").split(",") if url.strip()]
    if len(named) > 1 and not secret("REDIS_URL"):
        raise SettingError(
            "SCRAPYD_URL names several servers, each of which would crawl a board by itself; set REDIS_URL, for them "
            "too (docs/scale.md), or name one"
        )
    urls = named or [f"http://127.0.0.1:{home.PORT}"]
    return [Client(url, home.username(), home.password(folder)) for url in urls]


def serve(options: argparse.Namespace) -> None:
    """Run Scrapyd in place of this program, in a folder of its own: what is deployed runs, never the checkout."""
    told = home.told(os.environ)
    home.prepare(options.home.resolve(), options.host, options.port)
    os.chdir(options.home)
    os.execve(sys.executable, [sys.executable, "-m", "scrapyd", "--pidfile="], told)  # noqa: S606 - no shell, our Python


def hand_over(options: argparse.Namespace) -> None:
    """Build the crawl's egg and deploy it; nothing is scheduled by that."""
    version = options.version or f"{clock.now():%Y%m%d%H%M%S}"
    for node in nodes(options.home):
        said = json.loads(deploy(node, version))
        print(f"deployed version {said['version']} with {said['spiders']} spiders")


def crawl(options: argparse.Namespace) -> None:
    """Have boards crawled as soon as there is room; `scrapy crawls` tells what came of it."""
    asked = nodes(options.home)
    for board in options.boards or BOARDS:
        print(f"{board}: job {', '.join(node.schedule(board) for node in asked)}")


def main() -> int:
    """Run one command; return the exit code."""
    environment.load()
    options = _parser().parse_args()
    return exit_code(lambda: options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops.scrapyd", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--home", type=Path, default=home.HOME, metavar="FOLDER", help="Scrapyd's own (var/scrapyd)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("serve", serve), ("deploy", hand_over), ("crawl", crawl)):
        command = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        command.set_defaults(run=run)
        if name == "serve":
            command.add_argument("--host", default="127.0.0.1", help="another only within a container's network")
            command.add_argument("--port", type=int, default=home.PORT)
        if name == "deploy":
            command.add_argument("--version", help="the egg's (the time of day)")
        if name == "crawl":
            command.add_argument("boards", nargs="*", metavar="BOARD", help="(all)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
