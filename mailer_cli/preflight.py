"""What must hold before the first mail of a run leaves; every finding at once."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobdb.errors import DataError, SettingError
from jobdb.tracks import Track
from jobdb.transport import is_loopback
from mailer_cli import letters
from mailer_cli.config import MailSettings
from mailer_cli.delivery import Delivery
from mailer_cli.errors import NotReady
from mailer_cli.lint import lint_edition
from mailer_cli.records import Edition
from mailer_cli.refusals import refusals_problem
from mailer_cli.store import claims, deliveries, figures

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

RESERVED = (".example", ".test", ".invalid", ".localhost", "example.com", "example.net", "example.org")  # RFC 2606


def refuse_made_up_mail(on: "cursor", settings: MailSettings) -> None:
    """Raise SettingError when made-up postings of the sandbox would leave this machine."""
    if not _stays_here(settings) and figures.holds_made_up_postings(on):
        raise SettingError(
            f"this database holds the sandbox's made-up postings, and delivery {settings.delivery!r} leaves this "
            "machine; set MAIL_DELIVERY=outbox, or DATABASE_URL to the real postings"
        )


def preflight(
    on: "cursor",
    editions: Sequence[Edition],
    delivery: Delivery,
    settings: MailSettings,
    tracks: Mapping[str, Track],
    now: datetime,
    *,
    refusals_excused: bool = False,
) -> float | None:
    """Return how many mails a second the way takes (None: any); NotReady names everything that is amiss.

    Refusals that were not read lately are amiss unless an operator said why they may be.
    """
    mails, _ = deliveries.waiting(on, [edition.id for edition in editions])
    ready = delivery.readiness(mails)
    findings = [*ready.findings, *_invented(settings)]
    if not refusals_excused and (problem := refusals_problem(on, settings, now)):
        findings.append(f'{problem}; --refusals-stale "why" goes on without')
    for edition in editions:
        findings += _composing(on, edition, settings, tracks)
    if findings:
        raise NotReady("\n".join(dict.fromkeys(findings)))
    return ready.rate


def _invented(settings: MailSettings) -> list[str]:
    """Return a line for each address and link of mail.toml that stands there for an example."""
    if _stays_here(settings):
        return []
    hosts = {
        "[sender] address": settings.sender_address.rpartition("@")[2],
        "[sender] reply_to": settings.reply_to.rpartition("@")[2],
        "[links] survey": urlsplit(settings.survey_url).hostname or "",
        "[links] unsubscribe": urlsplit(settings.unsubscribe_url).hostname or "",
        "[links] more": urlsplit(settings.more_url).hostname or "",
        "[links] tracking": urlsplit(settings.tracking.url).hostname or "",
        "[school] logo_url": urlsplit(settings.logo_url).hostname or "",
    }
    return [
        f"mail.toml: {name} still leads to {host}; put your own"
        for name, host in hosts.items()
        if host.endswith(RESERVED)
    ]


def _composing(on: "cursor", edition: Edition, settings: MailSettings, tracks: Mapping[str, Track]) -> list[str]:
    """Return what is amiss with an edition's mail, and why its first one cannot be composed."""
    if edition.course.track not in tracks:
        return [f"{edition.course.name}: no [tracks.{edition.course.track}] in courses.toml"]
    first = claims.first_ready(on, edition.id)
    if first is None:
        return []
    delivery_id, student = first
    try:
        mail = letters.edition_mail(on, edition, tracks[edition.course.track])
        if findings := lint_edition(mail, settings):
            return [str(finding) for finding in findings]
        letters.envelope(mail, student, delivery_id, settings)
    except DataError as error:
        return [str(error)]
    return []


def _stays_here(settings: MailSettings) -> bool:
    """Tell whether no mail can leave: a folder, or an SES that is played on loopback. Relays pass mail on."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_SESV2") or os.environ.get("AWS_ENDPOINT_URL") or ""
    played = settings.delivery == "ses" and is_loopback(urlsplit(endpoint).hostname or "")
    return settings.delivery == "outbox" or played
