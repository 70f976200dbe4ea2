"""Which Google Sheets hold the Forms' answers: [forms] of mail.toml and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailer_cli.settingstable import SettingsTable


@dataclass(frozen=True, slots=True)
class FormSettings:
    """The Sheets' ids (empty: none), their tabs (empty: the first), the key file, how long refusals stay fresh."""

    refusals_sheet: str = ""
    feedback_sheet: str = ""
    refusals_tab: str = ""
    feedback_tab: str = ""
    key_file: str = ""
    read_within_hours: int = 6


def read_forms(table: SettingsTable, environment: Mapping[str, str]) -> FormSettings:
    """Read the table and the environment; SettingError names the key and the remedy."""
    return FormSettings(
        refusals_sheet=environment.get("SHEET_ID", ""),
        feedback_sheet=environment.get("FEEDBACK_SHEET_ID", ""),
        refusals_tab=table.maybe_text("refusals_tab"),
        feedback_tab=table.maybe_text("feedback_tab"),
        key_file=environment.get("GOOGLE_APPLICATION_CREDENTIALS", ""),
        read_within_hours=table.whole("read_within_hours", 1, 48),
    )
