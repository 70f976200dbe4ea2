"""config/backup.toml and the environment, read for `mailer backup`."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from jobdb.errors import SettingError
from jobdb.tracks import config_dir
from mailer_cli.settingstable import SettingsTable
from ops.backup.settings import BackupSettings

PROJECT = Path(__file__).resolve().parents[2]


def backup_settings() -> BackupSettings:
    """Read config/backup.toml and the environment; SettingError names file, key and remedy."""
    return read_backup_settings(config_dir() / "backup.toml", os.environ)


def read_backup_settings(path: Path, environment: Mapping[str, str]) -> BackupSettings:
    """Read one backup.toml under an environment; SettingError names file, key and remedy."""
    table = SettingsTable(path, "backup", _read(path).get("backup"))
    folder, bucket = table.text("folder"), table.maybe_text("bucket")
    settings = BackupSettings(
        folder=PROJECT / (environment.get("BACKUP_FOLDER") or folder),
        keep=table.whole("keep", 1, 1000),
        recipients=table.words("recipients"),
        bucket=environment.get("BACKUP_BUCKET") or bucket,
        prefix=table.maybe_text("prefix"),
        region=table.text("region"),
    )
    table.finish()
    return settings


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingError(f"{path}: not found; set JOB_CONFIG_DIR or restore the file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: {error}") from None
