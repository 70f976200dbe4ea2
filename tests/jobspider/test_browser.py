"""Wanted's list page in a real Chromium: filled by its script, scrolled to its end, carried to the sandbox."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobdb.tracks import config_dir
from jobspider.browser import chromium

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium: install it or set CHROMIUM_PATH")


@pytest.fixture
def sandbox():
    command = [sys.executable, "-m", "sandbox", "--size", "900"]
    environment = {**os.environ, "JOB_CLOCK": "2026-11-24T10:00"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture
def one_walk(tmp_path):
    """A configuration whose only list of Wanted is 경영·비즈니스."""
    text = (config_dir() / "courses.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if '{ group = "518" }' not in line]
    (tmp_path / "courses.toml").write_text("\n".join(kept), encoding="utf-8")
    return tmp_path


def test_a_crawl_by_browser_reads_the_scrolled_list(database, sandbox, one_walk):
    environment = {
        **os.environ, "JOBSPIDER_SANDBOX": sandbox, "WANTED_SOURCE": "browser", "JOB_CLOCK": "2026-11-24T10:00",
        "JOB_CONFIG_DIR": str(one_walk),
    }  # fmt: skip
    command = [sys.executable, "-m", "scrapy", "crawl", "wanted"]
    crawl = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90)
    assert crawl.returncode == 0, crawl.stderr[-2000:]
    with database.cursor() as cursor:
        cursor.execute("SELECT listed, stored, dropped, failures FROM crawl")
        [(listed, stored, dropped, failures)] = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM posting WHERE body = ''")
        assert cursor.fetchone() == (0,), "details come by plain HTTP"
    assert failures == {}
    assert listed > 40, "more than two scrolls"
    assert "listed twice" not in dropped, "the recommended posting stands outside the list"
    assert 0 < stored < listed
