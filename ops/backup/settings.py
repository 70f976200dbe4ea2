"""What an operator sets of backups, and what can go wrong with one."""

from dataclasses import dataclass
from pathlib import Path

from jobdb.errors import OperatorError


class BackupError(OperatorError):
    """A backup could not be made, put away or brought back; the text says what to do."""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups go and who can read the people's part; `folder` is absolute."""

    folder: Path
    keep: int  # complete backups in the folder; older ones go
    recipients: tuple[str, ...]  # age public keys, each of which opens the people's part
    bucket: str = ""  # S3; empty: the folder alone
    prefix: str = ""
    region: str = ""
