"""How Chromium is started: with its own sandbox wherever that can start."""

import pytest

from jobdb.chromium import launch_options


@pytest.mark.parametrize(
    ("account", "setting", "without"), [(1000, "", False), (1000, "on", False), (0, "", True), (1000, "off", True)]
)
def test_its_own_sandbox_is_left_out_where_it_cannot_start(monkeypatch, account, setting, without):
    monkeypatch.setattr("os.geteuid", lambda: account)
    monkeypatch.setenv("CHROMIUM_SANDBOX", setting)
    told = launch_options("/usr/bin/chromium")
    assert told.get("args", []) == ["--no-sandbox"] * without
