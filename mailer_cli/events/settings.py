"""Where events come from: [events] of mail.toml and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobdb.errors import SettingError
from mailer_cli.settingstable import WEB_LINK, SettingsTable


@dataclass(frozen=True, slots=True)
class EventSettings:
    """The SQS queue's URL (empty: none), and the absolute path of the folder that holds the tracking server's hits."""

    queue: str = ""
    hits: Path = Path("var/hits")


def read_events(table: SettingsTable, environment: Mapping[str, str], project: Path) -> EventSettings:
    """Read the table; MAIL_EVENTS_QUEUE in the environment overrides the queue. SettingError names key and remedy."""
    queue = table.maybe_link("queue")
    named = environment.get("MAIL_EVENTS_QUEUE", "")
    if named and not WEB_LINK.fullmatch(named):
        raise SettingError("MAIL_EVENTS_QUEUE in the environment is no queue's URL like https://sqs.…/mail-events")
    return EventSettings(named or queue, project / table.text("hits"))
