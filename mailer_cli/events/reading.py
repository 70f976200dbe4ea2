"""One message of the queue, the spool or a file → what it tells."""

import hashlib
import json
from typing import Any

from mailer_cli.events import hits, ses
from mailer_cli.events.told import Ignored, Told, Unreadable
from mailer_cli.events.words import masked, table

# What SES and SNS say before the first event; https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html
TOPIC_S_FIRST = "Successfully validated SNS topic"
NOTICES = {"SubscriptionConfirmation", "UnsubscribeConfirmation"}


def read(body: str) -> Told:
    """Return what a message tells, whatever it is; never raises.

    SES's events in both shapes (`eventType` of a configuration set, `notificationType` of an identity) and the
    tracking endpoint's hits, each raw or in SNS's envelope.
    """
    try:
        told = json.loads(body)
        if isinstance(told, dict) and isinstance(message := told.get("Message"), str):
            if told.get("Type") in NOTICES:
                return Ignored("notice of the topic")
            told = json.loads(message) if not message.startswith(TOPIC_S_FIRST) else message
    except (ValueError, RecursionError):
        told = body
    return _of(told, body)


def _of(told: object, body: str) -> Told:
    if isinstance(told, str) and told.startswith(TOPIC_S_FIRST):
        return Ignored("notice of the topic")
    found: dict[str, Any] = table(told)
    if "eventType" in found or "notificationType" in found:
        read_ = ses.event(found)
    elif "hit" in found:
        read_ = hits.event(found)
    else:
        read_ = "no event of SES and no hit" if found else "no JSON object"
    return unreadable(read_, body) if isinstance(read_, str) else read_


def unreadable(problem: str, body: str) -> Unreadable:
    """Return a message as it is kept for a person."""
    return Unreadable(problem, hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest(), masked(body))
