"""What events mean: how far a mail came, and whether its address may be mailed again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mailer_cli.records import SENT, DeliveryState

Detail = Mapping[str, Any]

# What the delivery is at least, once it was told; the later in the list the stronger.
RANKS = SENT
NEVER_LEFT = {"rendering_failure"}  # SES could not make the mail
BY_PROVIDER = {"Suppressed", "OnAccountSuppressionList"}
# A report of this type corrects an earlier one: the reader says that the mail is no spam (RFC 5965, 3.5; SES's
# complaintFeedbackType).
NOT_A_COMPLAINT = "not-spam"
IN_A_ROW, REST = 3, timedelta(days=30)


def state_of(kind: str, detail: Detail) -> DeliveryState | None:
    """Return how far a mail has come at least by one of SES's events; None when the event proves nothing."""
    if kind == "bounce" and detail.get("type") == "Permanent":
        return DeliveryState.BOUNCED_HARD
    if kind == "complaint" and detail.get("type") != NOT_A_COMPLAINT:
        return DeliveryState.COMPLAINED
    if kind == "delivery":
        return DeliveryState.DELIVERED
    return None if kind in NEVER_LEFT else DeliveryState.ACCEPTED


def stronger(one: DeliveryState | None, other: DeliveryState | None) -> DeliveryState | None:
    """Return the stronger of two states that events gave."""
    known = [state for state in (one, other) if state]
    return max(known, key=RANKS.index) if known else None


def suppression_of(kind: str, detail: Detail) -> str | None:
    """Return the reason why one event alone ends mail to its address, or None. Transient bounces are counted only."""
    if kind == "bounce" and detail.get("type") == "Permanent":
        return "provider" if detail.get("subtype") in BY_PROVIDER else "bounce"
    if kind == "complaint":
        return None if detail.get("type") == NOT_A_COMPLAINT else "complaint"
    return str(detail["how"]) if kind == "unsubscribe" else None


def words_of(kind: str, detail: Detail) -> str:
    """Return what a suppression says of its event: the provider's own words, no address."""
    if kind == "unsubscribe":
        return "confirmed on our page" if detail.get("how") == "page" else "one click in the mail program"
    return " ".join(filter(None, (kind, detail.get("type"), detail.get("subtype"))))


def is_full(kind: str, detail: Detail) -> bool:
    """Tell whether an event says that the mailbox took no mail, and may take some again.

    An undetermined bounce without recipients is an automatic answer that SES could not read.
    """
    if kind != "bounce":
        return False
    full = (detail.get("type"), detail.get("subtype")) == ("Transient", "MailboxFull")
    return full or (detail.get("type") == "Undetermined" and detail.get("recipients", 0) > 0)


def rests(full_at: Sequence[datetime | None]) -> Iterator[tuple[datetime, datetime]]:
    """Yield (since, until) for each time that editions in a row met a full mailbox.

    `full_at` has an entry for each edition of a course that was sent to one address, in their order: when its mail
    bounced for a full mailbox, or None.
    """
    for last in range(IN_A_ROW, len(full_at) + 1):
        row = [at for at in full_at[last - IN_A_ROW : last] if at]
        if len(row) == IN_A_ROW:
            yield max(row), max(row) + REST
