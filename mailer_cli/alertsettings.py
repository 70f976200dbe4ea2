"""Who is told when something is wrong: [alerts] of mail.toml and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from jobdb.errors import SettingError
from jobdb.secret import secret
from jobdb.transport import may_be_plain
from mailer_cli.settingstable import ADDRESS, SettingsTable


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Addresses, a Slack-compatible webhook, and a URL that is asked after each good look; empty: nobody, none.

    The URLs are secrets: whoever knows them can write there.
    """

    to: tuple[str, ...] = ()
    webhook: str = field(default="", repr=False)
    heartbeat: str = field(default="", repr=False)

    @property
    def anybody(self) -> bool:
        """Tell whether an alert reaches anybody."""
        return bool(self.to or self.webhook)


def read_alerts(table: SettingsTable, environment: Mapping[str, str]) -> AlertSettings:
    """Read the table, ALERT_WEBHOOK_URL and ALERT_HEARTBEAT_URL; SettingError names key and remedy, no URL."""
    to = table.words("to")
    if not all(map(ADDRESS.fullmatch, to)):
        raise table.wrong("to", 'must be mail addresses like ["manager@example.com"]')
    webhook = _web("ALERT_WEBHOOK_URL", secret("ALERT_WEBHOOK_URL", environment))
    return AlertSettings(to, webhook, _web("ALERT_HEARTBEAT_URL", secret("ALERT_HEARTBEAT_URL", environment)))


def _web(name: str, url: str) -> str:
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not (parts.scheme == "http" and may_be_plain(parts.hostname or "")):
        raise SettingError(f"{name} in the environment is no https:// address")
    return url
