"""A real Scrapyd on loopback: the crawl is deployed as an egg, all boards are crawled, and what fails is seen."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobdb.boards import BOARDS
from jobdb.errors import SettingError
from ops import crawl
from ops.scrapyd import home
from ops.scrapyd.client import Client, ScrapydError
from tests.ops.jobs import run, start, until, write_schedule
from tests.worlds import ROOT, sandbox

PASSWORD = "let-me-in"


@dataclass
class Scrapyd:
    url: str
    folder: Path
    process: subprocess.Popen

    def client(self, password: str = PASSWORD) -> Client:
        return Client(self.url, "jobs", password)

    def log(self, spider: str) -> str:
        return "".join(path.read_text() for path in (self.folder / "logs" / "jobspider" / spider).glob("*.log"))


@contextmanager
def scrapyd(folder: Path) -> Iterator[Scrapyd]:
    """Serve Scrapyd from a folder of its own while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ops.scrapyd", "--home", str(folder), "serve", "--port", str(port)]
    folder.mkdir(exist_ok=True)
    with (folder / "said").open("ab") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
    server = Scrapyd(f"http://127.0.0.1:{port}", folder, process)
    try:
        until(lambda: answers(server))
        yield server
    finally:
        process.terminate()
        process.wait(30)


def answers(server: Scrapyd) -> bool:
    assert server.process.poll() is None, (server.folder / "said").read_text()
    try:
        server.client().state("none")
    except ScrapydError as error:
        return "does not answer" not in str(error)
    return True


def crawls(database) -> dict[str, tuple]:
    with database, database.cursor() as cursor:
        cursor.execute("SELECT spider, verdict, cause, run_id FROM crawl ORDER BY id")
        return {row[0]: row[1:] for row in cursor.fetchall()}


@pytest.fixture
def world(database, tmp_path, monkeypatch):
    """A sandbox, a Scrapyd that crawls it, and settings under which the checkout is not to be found."""
    monkeypatch.setenv("SCRAPYD_PASSWORD", PASSWORD)
    monkeypatch.setenv("WANTED_SOURCE", "sitemap")
    monkeypatch.setenv("JOB_CLOCK", "2026-11-23T10:00")
    monkeypatch.setenv("JOB_LOGS", str(tmp_path / "job-logs"))
    monkeypatch.setenv("JOBSPIDER_KEPT_PAGES", str(tmp_path / "kept"))
    with sandbox("--size", "200") as address:
        monkeypatch.setenv("JOBSPIDER_SANDBOX", address)
        with scrapyd(tmp_path / "scrapyd") as server:
            monkeypatch.setenv("SCRAPYD_URL", server.url)
            yield server


def deploy() -> None:
    done = run("deploy", module="ops.scrapyd")
    assert done.returncode == 0, done.stderr
    assert "with 6 spiders" in done.stdout  # the boards and recheck


def test_a_deployed_crawl_of_all_boards_fills_the_database_and_a_failing_one_is_seen(
    world, database, tmp_path, monkeypatch
):
    no_egg = run("crawl", "saramin", module="ops.scrapyd")
    assert no_egg.returncode == 2
    assert "make deploy" in no_egg.stderr
    deploy()

    assert run("crawl", module="ops.scrapyd").stdout.count("job ") == len(BOARDS)
    until(lambda: {board for board, row in crawls(database).items() if row[0]} == set(BOARDS), seconds=90)
    assert {row[0] for row in crawls(database).values()} == {"ok"}
    with database, database.cursor() as cursor:
        cursor.execute("SELECT board, count(*) FROM posting GROUP BY board")
        stored = dict(cursor.fetchall())
    assert set(stored) == set(BOARDS)
    assert all(count > 5 for count in stored.values())
    assert "saramin: listed" in (world.folder / "said").read_text()  # a line each; the rest in a log of its own
    assert "Spider opened" in world.log("saramin")

    # as the schedule starts it: the run's id reaches the crawl's row
    lines = 'every = 60\nminutes = 5\nuseful_minutes = 60\nsteps = [["python", "-m", "ops.crawl", "worknet"]]'
    schedule = write_schedule(tmp_path, crawl_worknet=lines)
    monkeypatch.setenv("JOB_SCHEDULE", str(schedule))
    assert run("crawl-worknet").returncode == 0
    with database, database.cursor() as cursor:
        cursor.execute("SELECT verdict FROM crawl JOIN job_run USING (run_id) WHERE job = 'crawl-worknet'")
        assert cursor.fetchall() == [("ok",)]


def test_a_failing_crawl_is_told_by_its_job_and_by_scrapy_crawls(world, database, monkeypatch):
    deploy()
    waiting = start("worknet", module="ops.crawl")
    until(lambda: crawls(database).get("worknet"), seconds=60)
    waiting.send_signal(signal.SIGTERM)  # a stop cancels it at Scrapyd
    _, told = waiting.communicate(timeout=30)
    assert waiting.returncode == 143
    assert "was cancelled" in told
    until(lambda: crawls(database)["worknet"][0], seconds=30)
    assert crawls(database)["worknet"][:2] == ("failed", "stopped: shutdown")
    shown = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawls", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 1
    assert json.loads(shown.stdout)[0]["cause"] == "stopped: shutdown"


def test_a_crawl_that_scrapyd_forgot_is_told(world, database, monkeypatch):
    deploy()
    job = world.client().schedule("saramin", "run-1")
    until(lambda: crawls(database).get("saramin"), seconds=60)
    os.killpg(world.process.pid, signal.SIGKILL)  # and the spider with it
    world.process.wait()
    monkeypatch.setattr(crawl, "PATIENCE", 0.5)
    monkeypatch.setattr(crawl, "POLL", 0.1)
    assert crawl.await_verdict([(world.client(), job)], "run-1", "saramin") == (None, None)  # it does not answer
    with scrapyd(world.folder) as again:
        assert again.client().versions()  # the egg is kept
        assert again.client().state(job) is None
        assert crawl.await_verdict([(again.client(), job)], "run-1", "saramin") == (None, None)  # it forgot it
        assert crawl.await_verdict([(again.client(), job)], "run-2", "saramin") is None  # which never began


def test_strangers_are_refused_and_the_password_lies_in_a_file_of_its_own(world, monkeypatch):
    with pytest.raises(ScrapydError, match=r"401.*SCRAPYD_PASSWORD"):
        world.client("guess").versions()
    path = world.folder / "scrapyd.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    environ = Path(f"/proc/{world.process.pid}/environ").read_text()
    assert PASSWORD not in environ
    assert PASSWORD not in Path(f"/proc/{world.process.pid}/cmdline").read_text()
    assert Path(f"/proc/{world.process.pid}/cwd").resolve() == world.folder.resolve()  # the checkout is not imported


# without a server -----------------------------------------------------------------------------------------------


def test_a_password_is_made_once_and_kept(tmp_path):
    first = home.password(tmp_path / "new")
    assert home.password(tmp_path / "new") == first
    assert len(first) > 20
    assert stat.S_IMODE((tmp_path / "new" / "password").stat().st_mode) == 0o600


def test_crawls_get_no_secret_that_is_not_theirs(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    told = home.told({"SMTP_PASSWORD": "a", "SCRAPYD_PASSWORD": "b", "AWS_ACCESS_KEY_ID": "c", "PATH": "/bin"})
    assert set(told) == {"PATH", "JOB_CONFIG_DIR", "JOBSPIDER_KEPT_PAGES"}
    monkeypatch.delenv("DATABASE_URL")
    assert home.told({})["JOB_POSTGRES_HOME"] == str(ROOT / "var" / "postgres")
    assert home.told({"JOB_CONFIG_DIR": "config"})["JOB_CONFIG_DIR"] == str(ROOT / "config")


@pytest.mark.parametrize("url", ["http://boards.example:6800", "ftp://127.0.0.1", "127.0.0.1:6800", "http://"])
def test_a_password_is_not_sent_in_the_clear(url):
    with pytest.raises(SettingError, match="SCRAPYD_URL"):
        Client(url, "jobs", "x")


def test_a_scrapyd_that_is_not_there_is_told():
    with pytest.raises(ScrapydError, match="does not answer"):
        Client("http://127.0.0.1:1", "jobs", "x").versions()
