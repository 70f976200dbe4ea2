"""config/backup.toml and the environment, read for `mailer backup`."""

import os
from collections.abc import Mapping
from pathlib import Path

from jobdb.tracks import config_dir
from mailer_cli.settingstable import SettingsTable, read_tables
from ops.backup.settings import BackupSettings

PROJECT = Path(__file__).resolve().parents[2]


def backup_settings() -> BackupSettings:
    """Read config/backup.toml and the environment; SettingError names file, key and remedy."""
    return read_backup_settings(config_dir() / "backup.toml", os.environ)


def read_backup_settings(path: Path, environment: Mapping[str, str]) -> BackupSettings:
    """Read one backup.toml under an environment; SettingError names file, key and remedy."""
    table = SettingsTable(path, "backup", read_tables(path).get("backup"))
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
