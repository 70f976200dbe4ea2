"""`python -m infra.package`: lay out what the Lambda function consists of, for `sam deploy`.

Files lie as in the project, so that each import means the same in both places; `handler.py` at the top is the entry
that infra/template.yaml names.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.picture import DEFAULT_LOGO, read_logo
from jobdb.errors import exit_code

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "infra" / "build" / "logo"
PARTS = ("infra/__init__.py", "infra/logo/*.py", "infra/logo/html/*", "mailer_cli/tokens.py")
LOGO = "infra/logo/logo.png"
ENTRY = '"""The entry of the Lambda function."""\n\nfrom infra.logo.handler import handler as handler\n'


def package(folder: Path, logo: Path) -> None:
    """Write the function into `folder`, which is emptied before; OperatorError when the logo is no small PNG."""
    picture = read_logo(logo)
    shutil.rmtree(folder, ignore_errors=True)
    for part in sorted(_parts()):
        copied = folder / part
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / part, copied)
    (folder / LOGO).write_bytes(picture)
    (folder / "handler.py").write_text(ENTRY, encoding="utf-8")


def _parts() -> Iterator[Path]:
    return (path.relative_to(PROJECT) for part in PARTS for path in PROJECT.glob(part))


def main() -> int:
    """Run the program; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.package", description=__doc__, epilog="example: python -m infra.package --logo school.png"
    )
    parser.add_argument(
        "--logo", type=Path, default=DEFAULT_LOGO, help="your own logo, a PNG; mails show it 28 px high"
    )
    logo = parser.parse_args().logo
    return exit_code(lambda: _packaged(logo))


def _packaged(logo: Path) -> None:
    package(BUILD, logo)
    print(BUILD.relative_to(PROJECT))


if __name__ == "__main__":
    sys.exit(main())
