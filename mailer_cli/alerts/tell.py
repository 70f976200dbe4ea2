"""The ways an alert goes: mails by the school's own way out, and a Slack-compatible webhook."""

import json
import urllib.request
import uuid
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.error import URLError

from jobdb.errors import OperatorError
from mailer_cli.alerts.words import Alert
from mailer_cli.config import MailSettings
from mailer_cli.delivery import DELIVERIES, DeliveryError, Envelope
from mailer_cli.delivery.contract import masked

TIMEOUT = 10  # seconds


class Untold(OperatorError):
    """No way took the alert; the text says why, and holds no address and no URL."""


def tell(alert: Alert, settings: MailSettings, now: datetime) -> list[str]:
    """Send an alert by every way that is set and return what went wrong, a line each.

    One way that took it is enough; Untold is raised when none did. `settings.alerts.anybody` must hold.
    """
    ways = [f"mail to {masked(address)}" for address in settings.alerts.to]
    problems = _mails(alert, settings, now)
    if settings.alerts.webhook:
        ways.append("the webhook")
        problems += _problem("the webhook", settings.alerts.webhook, {"text": f"*{alert.subject}*\n{alert.text}"})
    if len(problems) == len(ways):
        raise Untold("\n".join(problems))
    return problems


def heartbeat(settings: MailSettings) -> list[str]:
    """Ask the heartbeat's URL, if one is set; return what went wrong."""
    return _problem("the heartbeat", settings.alerts.heartbeat) if settings.alerts.heartbeat else []


def _mails(alert: Alert, settings: MailSettings, now: datetime) -> list[str]:
    problems: list[str] = []
    if not settings.alerts.to:
        return problems
    with closing(DELIVERIES[settings.delivery](settings)) as delivery:
        for address in settings.alerts.to:
            try:
                delivery.deliver(_envelope(alert, address, settings, now))
            except DeliveryError as error:
                problems.append(f"mail to {masked(address)}: {error}")
    return problems


def _envelope(alert: Alert, address: str, settings: MailSettings, now: datetime) -> Envelope:
    """Return the alert as a mail by the plain route: no tracking, no events, no figures."""
    sender = settings.ses.chunjae_sender if settings.delivery == "ses" else settings.sender_address
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["From"], mail["To"] = alert.subject, sender, address
    mail["Date"], mail["Auto-Submitted"] = format_datetime(now), "auto-generated"  # RFC 3834
    mail.set_content(alert.text, cte="base64")
    return Envelope(
        delivery_id=str(uuid.uuid4()),
        sender=sender,
        recipient=address,
        route="chunjae",
        message=mail.as_bytes(),
        subject=alert.subject,
        html="",
        course="alert",
        course_key="alert",
        edition_id=0,
    )


def _problem(name: str, url: str, body: dict[str, str] | None = None) -> list[str]:
    """Ask a URL, with a body if there is one; return why that failed. No redirect is followed."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 (https, see alertsettings)
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            answer.read(1024)
    except URLError as error:
        return [f"{name}: {error.reason}"]
    except (OSError, ValueError) as error:
        return [f"{name}: {type(error).__name__}"]
    return []


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)
