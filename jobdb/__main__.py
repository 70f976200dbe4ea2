"""`python -m jobdb`: migrate the database, mend its accounts, print its address, stop the embedded server."""

import argparse
import contextlib
import sys

from jobdb import db, embedded, roles
from jobdb.errors import exit_code


def migrate() -> None:
    """Bring the schema up to date and say what was applied."""
    applied = db.migrate(db.url())
    print(f"applied {', '.join(applied)}" if applied else "the schema is up to date")


def url() -> None:
    """Print the address of the database, starting the embedded server if need be."""
    print(db.url())


def stop() -> None:
    """Stop the embedded server; its data stay."""
    print("stopped" if embedded.stop() else "it was not running")


def mend_roles() -> None:
    """Make and mend the accounts job_crawler, job_mailer and job_reader, and say what was changed."""
    with contextlib.closing(db.connect()) as database:
        print("\n".join(roles.mend_roles(database)) or "the accounts are as they should be")


COMMANDS = {"migrate": migrate, "roles": mend_roles, "url": url, "stop": stop}


def main() -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jobdb", epilog="example: python -m jobdb migrate")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
    return exit_code(COMMANDS[parser.parse_args().command])


if __name__ == "__main__":
    sys.exit(main())
