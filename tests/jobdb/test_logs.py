"""Log lines as JSON: one object a line, the run's id in each, nobody's address in any."""

import json
import logging
import subprocess
import sys

import pytest

from jobdb import logs
from jobdb.errors import SettingError


def line(message: str, *words: object, **extra: object) -> dict:
    record = logging.getLogger("mailer_cli.send").makeRecord(
        "mailer_cli.send", logging.INFO, "", 1, message, words, None, extra=extra
    )
    told = logs.JsonLines("mailer").format(record)
    assert "\n" not in told
    return json.loads(told)


def test_a_line(monkeypatch):
    monkeypatch.setenv("JOB_RUN_ID", "mail-20261124T1700-abc123")
    told = line("%s by %s", "accepted", "ses", delivery="1111", edition=12)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "INFO", "logger": "mailer_cli.send", "message": "accepted by ses", "program": "mailer",
        "run_id": "mail-20261124T1700-abc123", "delivery": "1111", "edition": 12,
    }  # fmt: skip


@pytest.mark.parametrize("words", ["550 no hong@example.com here", 'say "hong@example.com"', "<hong@example.com>\n"])
def test_addresses_are_masked(words):
    assert "hong" not in line("%s", words)["message"]
    assert "hong" not in line("x", note=words)["note"]


def test_a_setting_that_says_something_else():
    assert logs.wanted({"JOB_LOG": "json"})
    assert not logs.wanted({})
    with pytest.raises(SettingError, match="json or text"):
        logs.wanted({"JOB_LOG": "xml"})


def test_a_program_logs_json_to_stderr():
    program = "from jobdb import logs; import logging; logs.begin('trial'); logging.getLogger('a').info('%s', 'hello')"
    environment = {"JOB_LOG": "json", "JOB_RUN_ID": "trial-1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stderr)
    assert (told["message"], told["program"], told["run_id"]) == ("hello", "trial", "trial-1")
