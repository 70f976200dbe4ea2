"""SES's events, as https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html has them."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from mailer_cli.events.agents import by_agent
from mailer_cli.events.told import Event, Ignored, Kind, Verdict
from mailer_cli.events.words import instant, rows, table, text, uuid

Words = dict[str, Any]

TAG, HEADER = "delivery", "x-jm-delivery"
SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"  # what an identity's topic is told first
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 3463
# type, letters alone -> our kind, and the keys that may hold what is particular to it
KINDS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "send": ("send", ("send",)),
    "delivery": ("delivery", ("delivery",)),
    "deliverydelay": ("delivery_delay", ("deliveryDelay", "deliverydelay")),
    "bounce": ("bounce", ("bounce",)),
    "complaint": ("complaint", ("complaint",)),
    "reject": ("reject", ("reject",)),
    "renderingfailure": ("rendering_failure", ("failure", "renderingFailure", "rendering failure")),
    "subscription": ("subscription", ("subscription",)),
    "open": ("open", ("open",)),
    "click": ("click", ("click",)),
}
RECIPIENTS: dict[str, str] = {
    "bounce": "bouncedRecipients",
    "complaint": "complainedRecipients",
    "delivery_delay": "delayedRecipients",
    "delivery": "recipients",
}


def event(told: Words) -> Event | Ignored | str:
    """Return the event of either shape, or what is wrong with it."""
    name = text(told.get("eventType") or told.get("notificationType"), 40)
    known = KINDS.get(re.sub(r"[^a-z]", "", name.lower()))
    if known is None:
        return Ignored("notice of the topic" if name == SUBSCRIBED else f"of the unknown type {name!r}")
    kind, keys = known
    mail, about = table(told.get("mail")), next((table(told[key]) for key in keys if key in told), {})
    at = instant(about.get("timestamp")) or instant(mail.get("timestamp"))
    message_id = text(mail.get("messageId"))
    if at is None or not message_id:
        return f"{kind}: no {'timestamp' if message_id else 'messageId'}"
    url = text(about.get("link"), 4000)
    addresses = _recipients(kind, about)
    told_apart = (message_id, kind, ",".join(addresses), at.isoformat(), url, text(about.get("feedbackId")))
    return Event(
        kind=kind,
        source="ses",
        at=at,
        digest=hashlib.sha256("|".join(told_apart).encode()).digest(),
        delivery_ids=_named(mail),
        message_id=message_id,
        detail=DETAILS[kind](about, len(addresses)) if kind in DETAILS else {},
        verdict=_verdict(kind, about),
        url=url,
    )


def _recipients(kind: str, about: Words) -> list[str]:
    found = rows(about.get(RECIPIENTS.get(kind, "")))
    addresses = (text(each.get("emailAddress") if isinstance(each, dict) else each) for each in found)
    return sorted(address.lower() for address in addresses if address)


def _named(mail: Words) -> tuple[str, ...]:
    """Return the deliveries that our tag and our header name; SES leaves both out of some identities' notices."""
    tag = table(mail.get("tags")).get(TAG)
    values = [tag[0] if isinstance(tag, list) and tag else tag]
    for header in rows(mail.get("headers")):
        if isinstance(header, dict) and str(header.get("name")).lower() == HEADER:
            values.append(header.get("value"))
    return tuple(dict.fromkeys(found for value in values if (found := uuid(value))))


def _verdict(kind: Kind, about: Words) -> Verdict | None:
    return by_agent(text(about.get("userAgent")), kind) if kind in ("open", "click") else None


def _bounce(about: Words, recipients: int) -> dict[str, Any]:
    status = next((text(table(each).get("status")) for each in rows(about.get("bouncedRecipients"))), "")
    told = {"type": _word(about, "bounceType"), "subtype": _word(about, "bounceSubType"), "recipients": recipients}
    return told | ({"status": status} if STATUS.fullmatch(status) else {})


def _complaint(about: Words, _: int) -> dict[str, Any]:
    return {"type": _word(about, "complaintFeedbackType"), "subtype": _word(about, "complaintSubType")}


def _word(about: Words, key: str) -> str:
    """Return a word of SES's vocabulary; what has other letters is none, and could be an address."""
    return re.sub(r"[^A-Za-z0-9_ -]", "", text(about.get(key), 40))


DETAILS: dict[Kind, Callable[[Words, int], dict[str, Any]]] = {
    "bounce": _bounce,
    "complaint": _complaint,
    "delivery_delay": lambda about, _: {"type": _word(about, "delayType")},
    "reject": lambda about, _: {"reason": _word(about, "reason")},
}
