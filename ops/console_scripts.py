"""Put the `mailer` command into the environment: a two-line script that runs this checkout's package."""

import stat
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """#!{python}
import sys
sys.path.insert(0, {root!r})
from mailer_cli.cli import main
sys.exit(main())
"""


def main(folder: Path) -> None:
    """Write `mailer` beside the environment's python."""
    script = folder / "mailer"
    script.write_text(SCRIPT.format(python=(folder / "python").absolute(), root=str(ROOT)))
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
