"""`python -m ops.secretfiles`: the files that compose.yaml hands to its containers as secrets, made with random values.

What is there already stays. Addresses of the database hold the passwords that lie beside them.
"""

import argparse
import secrets
from pathlib import Path
from urllib.parse import quote

PASSWORDS = ("owner_password", "crawler_password", "mailer_password", "reader_password", "scrapyd_password")
# file -> (the account of the database, whose password it has)
ADDRESSES = {
    "owner_url": ("jobs", "owner_password"),
    "crawler_url": ("job_crawler", "crawler_password"),
    "mailer_url": ("job_mailer", "mailer_password"),
}
KEYS = "mail_token_keys"
FOLDER, FILE = 0o700, 0o444  # compose mounts files with their own modes, and a container's account is not yours


def main() -> None:
    """Make the folder and say which files are new."""
    parser = argparse.ArgumentParser(
        prog="python -m ops.secretfiles", epilog="example: python -m ops.secretfiles secrets"
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("secrets"), help="default: secrets")
    parser.add_argument(
        "--database", default="postgres:5432/jobs", metavar="HOST:PORT/NAME", help="default: %(default)s"
    )
    options = parser.parse_args()
    made = make(options.folder, options.database)
    print(f"{options.folder}: made {', '.join(made)}" if made else f"{options.folder}: all is there")


def make(folder: Path, database: str) -> list[str]:
    """Make the files that are missing in the folder, which others cannot enter, and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER)
    made = [name for name in PASSWORDS if _write(folder / name, secrets.token_urlsafe(24))]
    for name, (account, password) in ADDRESSES.items():
        known = quote((folder / password).read_text().strip(), safe="")
        made += [name] * _write(folder / name, f"postgresql://{account}:{known}@{database}")
    return made + [KEYS] * _write(folder / KEYS, secrets.token_hex(32))


def _write(path: Path, text: str) -> bool:
    """Write a file that is not there; return whether it was written."""
    if path.exists():
        return False
    path.write_text(f"{text}\n")
    path.chmod(FILE)
    return True


if __name__ == "__main__":
    main()
