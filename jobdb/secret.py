"""Secrets: from the environment, or from a file that it names, as containers and systemd hand them over."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from jobdb.errors import SettingError

MOUNTS = (Path("/run/secrets"), Path("/run/credentials"))  # made for one container or unit; their modes are not ours
OTHERS = stat.S_IRWXO | stat.S_IWGRP  # whoever may write the file chooses our password
LARGEST = 64 * 1024  # bytes: more is a log or a device, named by mistake


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return NAME, or the text of the file that NAME_FILE names, without white space around it; "" with neither set.

    Raises SettingError, which never holds the secret, when both are set, or when the file cannot be read, is empty or
    lies open to other accounts of this machine.
    """
    value, file = environment.get(name, "").strip(), environment.get(f"{name}_FILE", "").strip()
    if value and file:
        raise SettingError(f"{name} and {name}_FILE are both set; keep one")
    return _text(f"{name}_FILE", Path(file)) if file else value


def _text(setting: str, path: Path) -> str:
    try:
        content, mode = _read(path)
        text = content.decode().strip()
    except OSError as error:
        raise SettingError(f"{setting}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingError(f"{setting}: {path} is no text in UTF-8") from None
    if not text or len(content) > LARGEST:
        raise SettingError(f"{setting}: {path} is empty or no secret; write the secret into it, and nothing else")
    if mode & OTHERS and not any(path.is_relative_to(mount) for mount in MOUNTS):
        raise SettingError(f"{setting}: {path} lies open to other accounts; run `chmod 600 {path}`")
    return text


def _read(path: Path) -> tuple[bytes, int]:
    """Return a file's content, cut behind what is too much, and its mode."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1), os.fstat(file.fileno()).st_mode
