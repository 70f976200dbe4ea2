"""Log lines for programs: JSON on request (JOB_LOG=json), each with the scheduled run that it belongs to."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime

from jobdb.errors import SettingError
from jobdb.masking import ADDRESS_LIKE

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether log lines are to be JSON; SettingError when JOB_LOG says anything but json or text."""
    said = environment.get("JOB_LOG", "") or "text"
    if said not in ("json", "text"):
        raise SettingError(f"JOB_LOG={said!r} in the environment; it takes json or text")
    return said == "json"


def run_id(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the scheduled run that this program is a part of, or None."""
    return environment.get("JOB_RUN_ID") or None


class JsonLines(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, program, run_id, and what `extra` brought.

    Addresses are masked wherever they stand, and a message of several lines stays one.
    """

    def __init__(self, program: str) -> None:
        super().__init__()
        self._fixed = {"program": program, "run_id": run_id()}

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self._fixed,
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps({name: _masked(value) for name, value in told.items()}, ensure_ascii=False, default=str)


def _masked(value: object) -> object:
    """Return what stands under a name without addresses; numbers stay numbers."""
    return value if value is None or isinstance(value, int | float) else ADDRESS_LIKE.sub("(address)", str(value))


def begin(program: str) -> None:
    """Send this program's log lines to stderr as JSON, if that is wanted; otherwise change nothing."""
    if wanted():
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines(program))
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
