"""Messages as SES, SNS and the tracking endpoint write them, for the tests of events."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.mailer_cli.samples import SLOT

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
APPLE = "Mozilla/5.0"
BODIES = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}
ABOUT: dict[str, dict[str, Any]] = {
    "Delivery": {"recipients": ["a@example.com"], "processingTimeMillis": 546, "smtpResponse": "250 ok"},
    "Bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "a@example.com", "action": "failed", "status": "5.1.1"}],
        "feedbackId": "0100-f",
    },
    "Complaint": {
        "complainedRecipients": [{"emailAddress": "a@example.com"}],
        "complaintFeedbackType": "abuse",
        "feedbackId": "0100-g",
    },
    "Open": {"ipAddress": "192.0.2.1", "userAgent": BROWSER},
    "Click": {"ipAddress": "192.0.2.1", "userAgent": BROWSER, "link": "https://example.com/", "linkTags": None},
    "Reject": {"reason": "Bad content"},
    "Rendering Failure": {"errorMessage": "Attribute 'name' is not present", "templateName": "x"},
    "DeliveryDelay": {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": "a@example.com"}]},
    "Subscription": {"contactList": "x", "source": "UnsubscribeHeader"},
    "Send": {},
}
UNTIMED = {"Send", "Reject", "Rendering Failure"}  # the instant is the mail's


def after(seconds: float) -> datetime:
    """An instant so many seconds after the slot."""
    return SLOT + timedelta(seconds=seconds)


def stamp(at: datetime) -> str:
    return at.astimezone().isoformat(timespec="milliseconds")


def told(
    kind: str,
    delivery: str | None,
    at: float = 60,
    *,
    message: str = "",
    by: str = "tag",
    shape: str = "eventType",
    envelope: bool = False,
    **about: Any,
) -> str:
    """One of SES's messages, `at` seconds after the slot; `by` is tag, header or message: what names the delivery."""
    message = message or f"0100-{delivery}"
    mail: dict[str, Any] = {
        "timestamp": stamp(after(at if kind in UNTIMED else 1)),
        "source": "jobs@mail.example.com",
        "messageId": message,
        "destination": ["a@example.com"],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": "jobs@mail.example.com"}],
        "tags": {"ses:configuration-set": ["mail_monitoring"]},
    }
    if by == "tag":
        mail["tags"]["delivery"] = [delivery]
    if by == "header":
        mail["headers"].append({"name": "X-Jm-Delivery", "value": delivery})
    timed = {} if kind in UNTIMED else {"timestamp": stamp(after(at))}
    body = {shape: kind, "mail": mail, BODIES.get(kind, kind.lower()): ABOUT[kind] | timed | about}
    return enveloped(json.dumps(body)) if envelope else json.dumps(body)


def enveloped(message: str) -> str:
    """A message as SNS hands it to a queue without raw delivery."""
    topic = "arn:aws:sns:ap-northeast-2:000000000000:mail-events"
    return json.dumps(
        {"Type": "Notification", "MessageId": "6f", "TopicArn": topic, "Subject": "Amazon SES Email Event Notification",
         "Message": message, "Timestamp": "2026-11-24T08:00:05.000Z"}
    )  # fmt: skip


def hit(delivery: str, at: float = 60, *, name: str = "r1", agent: str = BROWSER, how: str | None = None) -> str:
    """A hit on the tracking endpoint: the logo, or with `how` an unsubscribing."""
    told = {"hit": "unsubscribe", "how": how} if how else {"hit": "open", "agent": agent}
    return json.dumps(told | {"delivery": delivery, "at": stamp(after(at)), "id": name})


def bounced(delivery: str, kind: str, subkind: str, at: float = 90, *, recipients: int = 1, **more: Any) -> str:
    named = [{"emailAddress": "a@example.com"}] * recipients
    return told("Bounce", delivery, at, bounceType=kind, bounceSubType=subkind, bouncedRecipients=named, **more)


NOBODY = str(UUID(int=7))
