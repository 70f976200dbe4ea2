"""`python -m ops.audit`: are there known vulnerabilities in what is installed? Part of `make check`, by pip-audit.

A service of advisories that cannot be reached fails no check: it says so, and the next check asks again.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-server.txt", "requirements-dev.txt")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[^]]+\])?==\S+$", re.MULTILINE)
SECONDS = 120


def main() -> int:
    """Ask about one package, then about all; 1 when a vulnerability is known, otherwise 0."""
    try:
        told = _ask_about_one() and _ask("--local")
    except (subprocess.TimeoutExpired, ValueError):
        told = None
    code, lines = verdict(told or {})
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


def verdict(told: dict[str, Any]) -> tuple[int, list[str]]:
    """Return the exit code and the lines for what pip-audit told; {} where it told nothing.

    Packages that the service does not know (`skip_reason`) are counted as not looked up.
    """
    known = [package for package in told.get("dependencies", ()) if "vulns" in package]
    if not known:
        return 0, ["audit: the service of advisories was not reached; whether vulnerabilities are known stays open"]
    lines = [_line(package, found) for package in known for found in package["vulns"]]
    if lines:
        return 1, lines
    return 0, [f"audit: no vulnerability is known in {len(known)} of {len(told['dependencies'])} packages"]


def _line(package: dict[str, Any], found: dict[str, Any]) -> str:
    mended = ", ".join(found.get("fix_versions", ())) or "no release yet"
    return f"audit: {package['name']} {package['version']} has {found['id']}; mended in {mended}"


def _ask_about_one() -> bool:
    """Tell whether the service answers: behind a mirror of packages alone, asking about all takes long for nothing."""
    first = next(match.group() for match in PINNED.finditer((ROOT / REQUIREMENTS[0]).read_text()))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(first)
        one.flush()
        told = _ask("--requirement", one.name, "--no-deps", "--disable-pip")
    return any("vulns" in package for package in told.get("dependencies", ()))


def _ask(*what: str) -> dict[str, Any]:
    """Run pip-audit and return its report. Raises ValueError when it wrote none, TimeoutExpired after SECONDS."""
    command: Sequence[str] = (sys.executable, "-m", "pip_audit", "--progress-spinner=off", "--format=json", *what)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    told = json.loads(done.stdout)
    if not isinstance(told, dict):
        raise ValueError("no report")
    return told


if __name__ == "__main__":
    sys.exit(main())
