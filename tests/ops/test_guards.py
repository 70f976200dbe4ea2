"""What `make check` says of known vulnerabilities and of secrets in tracked files."""

import subprocess
import sys

import pytest

from ops.audit import verdict
from tests.worlds import ROOT

SOUND = {"name": "scrapy", "version": "2.19.0", "vulns": []}
STRANGE = {"name": "ours", "skip_reason": "not found"}
SICK = {
    "name": "jinja2",
    "version": "3.0.0",
    "vulns": [{"id": "GHSA-1", "fix_versions": ["3.1.6"]}, {"id": "GHSA-2", "fix_versions": []}],
}


@pytest.mark.parametrize("told", [{}, {"dependencies": []}, {"dependencies": [STRANGE, STRANGE]}])
def test_a_service_that_is_not_reached_fails_no_check_and_claims_nothing(told):
    code, (line,) = verdict(told)
    assert code == 0
    assert "stays open" in line


def test_a_known_vulnerability_fails_the_check_with_the_version_that_mends_it():
    assert verdict({"dependencies": [SOUND, STRANGE, SICK]}) == (
        1,
        [
            "audit: jinja2 3.0.0 has GHSA-1; mended in 3.1.6",
            "audit: jinja2 3.0.0 has GHSA-2; mended in no release yet",
        ],
    )


def test_none_known_is_said_with_how_many_were_looked_up():
    assert verdict({"dependencies": [SOUND, STRANGE]}) == (0, ["audit: no vulnerability is known in 1 of 2 packages"])


KEY = "AKIA" + "Q3EXVZ7NOPLM2RST"
LEAKS = [
    ("settings.py", f'region = "x"\nkey = "{KEY}"\n', 1),
    ("tests/test_it.py", f'KEY = "{KEY}"\n', 1),
    (".env.example", "DATABASE_URL=postgresql://jobs:" + "Tr0ub4dor@db/jobs\n", 1),
    (".env.example", "DATABASE_URL=postgresql://jobs:password@db/jobs\n", 0),
    ("tests/test_it.py", 'password = "' + "Tr0ub4dor" + '"\n', 0),
    ("settings.py", f'key = "{KEY}"  # pragma: allowlist secret\n', 0),
]


@pytest.mark.parametrize(("name", "text", "code"), LEAKS)
def test_a_secret_in_a_tracked_file_is_found_and_not_repeated(tmp_path, name, text, code):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    for command in (["git", "init", "-q"], ["git", "add", name]):
        subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "ops.leaks"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert (f"leaks: {name}:" in done.stdout) == bool(code)
    assert KEY not in done.stdout + done.stderr
    assert "Tr0ub4dor" not in done.stdout + done.stderr
