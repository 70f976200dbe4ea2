"""What must hold before the first mail of a run leaves."""

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobdb.errors import SettingError
from mailer_cli.config import MailSettings
from mailer_cli.store import figures

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def refuse_made_up_mail(on: "cursor", settings: MailSettings) -> None:
    """Raise SettingError when made-up postings of the sandbox would leave this machine."""
    if not _stays_here(settings) and figures.holds_made_up_postings(on):
        raise SettingError(
            f"this database holds the sandbox's made-up postings, and delivery {settings.delivery!r} leaves this "
            "machine; set MAIL_DELIVERY=outbox, or DATABASE_URL to the real postings"
        )


def _stays_here(settings: MailSettings) -> bool:
    """Tell whether no mail can leave: a folder, or an SES that is played on loopback. Relays pass mail on."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_SESV2") or os.environ.get("AWS_ENDPOINT_URL") or ""
    played = settings.delivery == "ses" and urlsplit(endpoint).hostname in LOOPBACK
    return settings.delivery == "outbox" or played
