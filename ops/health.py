"""`python -m ops.health PART`: does a part of the job mail do its work? For the health checks of containers and units.

Exit code 0 and a line, or 1 and what is amiss.
"""

import argparse
import base64
import contextlib
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException
from urllib.request import Request, urlopen

from jobdb import clock, db
from jobdb.errors import DatabaseError, OperatorError
from jobdb.secret import secret
from jobdb.tracks import courses

SECONDS = 10
QUIET = timedelta(minutes=25)  # the schedule has jobs every ten minutes: two of them in a row did not begin


def settings(_: int) -> str:
    """Read the tracks: the image is whole and its configuration in place."""
    return f"{len(courses().tracks)} tracks"


def database(_: int) -> str:
    """Ask the database, with the crawler's own account where there is one, whether its schema is this program's."""
    db.connect("JOBSPIDER_DATABASE_URL").close()
    return "the database answers"


def scrapyd(port: int) -> str:
    """Ask Scrapyd how many crawls run."""
    said = json.loads(_get("GET", port or 6800, "/daemonstatus.json", secret("SCRAPYD_PASSWORD")))
    if said.get("status") != "ok":
        raise OperatorError(f"Scrapyd says {said.get('message', said)}")
    return f"Scrapyd runs {said['running']} crawls, {said['pending']} wait"


def scheduler(_: int) -> str:
    """Look for a job that began lately. Raises DatabaseError when none did."""
    with contextlib.closing(db.connect()) as opened, opened.cursor() as on:
        on.execute("SELECT max(started_at) FROM job_run")
        (latest,) = on.fetchone() or (None,)
    if latest is None or clock.now() - latest > QUIET:
        raise DatabaseError(f"no job began within {QUIET.seconds // 60} minutes; the last one: {latest or 'none'}")
    return f"the last job began at {latest:%m-%d %H:%M}"


def tracking(port: int) -> str:
    """Ask the tracking server for its logo, in the way that counts nothing."""
    _get("HEAD", port or 8090, "/o/health.png")
    return "the tracking server answers"


PARTS: dict[str, Callable[[int], str]] = {
    "settings": settings,
    "database": database,
    "scrapyd": scrapyd,
    "scheduler": scheduler,
    "tracking": tracking,
}


def main() -> int:
    """Look at one part; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.health", epilog="example: python -m ops.health database")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--port", type=int, default=0, help="where the part listens, if not on its own port")
    options = parser.parse_args()
    try:
        print(f"{options.part}: {PARTS[options.part](options.port)}")
    except (OperatorError, OSError, HTTPException, ValueError) as error:
        print(f"{options.part}: {error}", file=sys.stderr)
        return 1
    return 0


def _get(method: str, port: int, path: str, password: str = "") -> bytes:
    """Return what a server of this machine answers; Scrapyd wants a password. Raises OSError for an error's status."""
    headers = {}
    if password:
        headers["Authorization"] = "Basic " + base64.b64encode(f"jobs:{password}".encode()).decode()
    request = Request(f"http://127.0.0.1:{port}{path}", method=method, headers=headers)
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - this machine
        content: bytes = answer.read()
    return content


if __name__ == "__main__":
    sys.exit(main())
