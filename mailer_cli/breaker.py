"""The breaker: what an edition's first mails do decides whether the rest may leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.store import attempts, holds

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# SES keeps an account under review at 5 % bounces or 0.1 % complaints.
BOUNCES, BOUNCE_SHARE = 5, 0.05
COMPLAINTS, COMPLAINT_SHARE = 2, 0.001
UNKNOWNS = 5  # in a row: the provider takes mails and its answers are lost, or a proxy stands between


def harm_of(bounced: int, complained: int, mails: int) -> str | None:
    """Return why an edition of so many mails must stop, or None. Pure."""
    if bounced >= BOUNCES and bounced >= BOUNCE_SHARE * mails:
        return f"{bounced} of {mails} mails bounced for good"
    if complained >= COMPLAINTS and complained >= COMPLAINT_SHARE * mails:
        return f"{complained} of {mails} recipients complained"
    return None


def trip_by_harm(on: "cursor", edition_ids: Sequence[int], now: datetime) -> str | None:
    """Hold the editions whose bounces or complaints are too many; return the cause, or None."""
    causes = []
    for edition_id in edition_ids:
        cause = harm_of(*holds.harm(on, edition_id))
        if cause and holds.hold(on, [edition_id], "breaker", now):
            causes.append(f"edition {edition_id}: {cause}")
    return "; ".join(causes) or None


def trip_by_unknowns(on: "cursor", way: str, edition_ids: Sequence[int], now: datetime) -> str | None:
    """Hold all of a run's editions when the last attempts all ended without an answer; return the cause, or None."""
    latest = attempts.last_outcomes(on, way, holds.resumed_at(on, edition_ids), UNKNOWNS)
    if len(latest) < UNKNOWNS or set(latest) != {"unknown"}:
        return None
    holds.hold(on, edition_ids, "breaker", now)
    return f"the last {UNKNOWNS} answers of {way} were lost"
