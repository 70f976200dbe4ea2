"""`python -m ops.leaks`: does a tracked file hold what looks like a secret? Part of `make check`, by detect-secrets.

Tests and benches are full of invented passwords: there, only what has the form of a real provider's key counts. A line
that ends in `# pragma: allowlist secret` is passed over: for what is invented.
"""

import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.settings import default_settings

PICTURES = (".png", ".jpg")
GUESSES = {"Secret Keyword", "Basic Auth Credentials", "Hex High Entropy String", "Base64 High Entropy String"}
EXAMPLES = {"password", "invented"}  # the first stands for the reader's own, as in postgresql://user:password@host/


def main() -> int:
    """Scan what git tracks below the working folder; 1 when something looks like a secret, otherwise 0."""
    files = tracked()
    found = [(file, secret) for file, secret in scan(files) if counts(file, secret)]
    for file, secret in found:
        print(f"leaks: {file}:{secret.line_number} looks like a secret ({secret.type}); change it and take it out")
    if not found:
        print(f"leaks: none of {len(files)} tracked files holds what looks like a secret")
    return int(bool(found))


def tracked() -> list[str]:
    """Return the files that git tracks and that are there, without pictures."""
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if not name.endswith(PICTURES) and Path(name).is_file()]


def scan(files: list[str]) -> SecretsCollection:
    """Return everything in the files that one of detect-secrets' detectors takes for a secret."""
    with default_settings():
        found = SecretsCollection()
        found.scan_files(*files)
    return found


def counts(file: str, secret: PotentialSecret) -> bool:
    """Tell whether a finding is to be looked at."""
    return (
        not (file.startswith(("tests/", "bench/")) and secret.type in GUESSES) and secret.secret_value not in EXAMPLES
    )


if __name__ == "__main__":
    sys.exit(main())
