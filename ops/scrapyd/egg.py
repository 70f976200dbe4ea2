"""The crawl as an egg, built and handed to Scrapyd by scrapyd-client."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ops.scrapyd.client import PROJECT, Client, ScrapydError
from ops.steps import ROOT

PARTS = ("setup.py", "scrapy.cfg", "jobdb", "jobspider", "config")
LEFT = shutil.ignore_patterns("__pycache__", "mail.toml")
VERSIONS_KEPT = 5


def deploy(client: Client, version: str) -> str:
    """Build the egg and hand it over; return what Scrapyd said. Raises ScrapydError.

    It is built in a copy: the build writes into its folder, and two of them would disturb each other.
    """
    with tempfile.TemporaryDirectory(prefix="egg-") as folder:
        _copy(Path(folder))
        said = _scrapyd_deploy(Path(folder), client, version)
    for old in client.versions()[:-VERSIONS_KEPT]:
        client.forget(old)
    return said


def _copy(folder: Path) -> None:
    for name in PARTS:
        part = ROOT / name
        if part.is_dir():
            shutil.copytree(part, folder / name, ignore=LEFT)
        else:
            shutil.copy(part, folder / name)


def _scrapyd_deploy(folder: Path, client: Client, version: str) -> str:
    """Run scrapyd-deploy, which reads address and password from the environment as scrapy.cfg says.

    It ends well although Scrapyd answered that it could not use the egg (scrapyd-client 2.0.3), so the answer counts.
    """
    told = os.environ | {"SCRAPYD_URL": client.url, "SCRAPYD_PASSWORD": client.password}
    done = subprocess.run(
        [sys.executable, "-m", "scrapyd_client.deploy", "--project", PROJECT, "--version", version],
        cwd=folder, env=told, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or '"status": "ok"' not in done.stdout:
        told_lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise ScrapydError(f"the crawl could not be deployed to {client.url}: {' '.join(told_lines[-3:])[:1000]}")
    return done.stdout.strip()
