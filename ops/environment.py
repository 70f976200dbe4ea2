"""The operator's .env for programs that `make` does not start: cron's, systemd's, the runner's."""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from ops.steps import ROOT

SETTING = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*[:?]?=\s*(.*)")
COMMENT = re.compile(r"(?<!\\)#.*")


def load(path: Path = ROOT / ".env", into: MutableMapping[str, str] = os.environ) -> None:
    """Add the settings of a .env that are not set already; the file need not be there.

    Lines are read as make reads them, so that a setting means the same however a program was started: `#` begins a
    comment unless a backslash stands before it, `$$` is a dollar sign, quotes belong to the value. White space at the
    end is left out, which make keeps.
    """
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if match := SETTING.fullmatch(COMMENT.sub("", line)):
            into.setdefault(match[1], match[2].rstrip().replace(r"\#", "#").replace("$$", "$"))
