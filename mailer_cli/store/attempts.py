"""Attempts: written and committed before the provider is called, ended by what the answer proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.records import DeliveryState
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# What proof of acceptance overrules: a lost answer, and what an operator decided without it.
PROVABLE = ("sending", "unknown", "ready", "held", "abandoned")


@dataclass(frozen=True, slots=True)
class Ended:
    """What an attempt came to (accepted, not_sent, failed, unknown) and what that makes of its delivery."""

    outcome: str
    state: DeliveryState
    reason: str | None = None
    message_id: str | None = None
    attempts: int = 1  # that it cost
    next_try_at: datetime | None = None


def begin(on: "cursor", delivery_id: str, way: str, sender_id: int, now: datetime) -> int:
    """Mark a delivery as being sent and return the attempt's id; to be committed before the provider is called."""
    on.execute(
        """
        WITH sending AS (
            UPDATE delivery SET state = 'sending', updated_at = %(now)s WHERE id = %(delivery)s RETURNING id
        )
        INSERT INTO attempt (delivery_id, route, sender_id, started_at)
        SELECT id, %(way)s, %(sender)s, %(now)s FROM sending RETURNING id
        """,
        {"now": now, "delivery": delivery_id, "way": way, "sender": sender_id},
    )
    attempt_id: int = the_row(on)[0]
    return attempt_id


def end(on: "cursor", attempt_id: int, ended: Ended, now: datetime) -> bool:
    """Record how an attempt ended, and move its delivery unless something later has settled it already.

    Proof of acceptance always counts. Anything less counts while the delivery waits for this very attempt: meanwhile
    an event may have proved it accepted, or an operator may have had it sent again. Return whether it was moved.
    """
    # A server that crashes may forget this commit: then the delivery is found `sending` and becomes unknown, which is
    # safe. The commit before the call must be on the disk; this one spares the disk's time.
    proven = ended.state is DeliveryState.ACCEPTED
    on.execute(
        """
        SET LOCAL synchronous_commit = off;
        WITH ended AS (
            UPDATE attempt SET outcome = %(outcome)s, detail = %(reason)s, message_id = %(message_id)s,
                               ended_at = %(now)s
            WHERE id = %(attempt)s RETURNING delivery_id
        )
        UPDATE delivery SET state = %(state)s, reason = %(reason)s, message_id = %(message_id)s,
            attempts = attempts + %(attempts)s, next_try_at = %(next_try_at)s, updated_at = %(now)s
        FROM ended WHERE id = delivery_id AND state = ANY(%(sources)s)
          AND (%(proven)s OR NOT EXISTS (
              SELECT FROM attempt AS later WHERE later.delivery_id = delivery.id AND later.id > %(attempt)s))
        """,
        {
            "outcome": ended.outcome, "reason": ended.reason, "message_id": ended.message_id, "now": now,
            "attempt": attempt_id, "state": ended.state, "attempts": ended.attempts,
            "next_try_at": ended.next_try_at, "proven": proven,
            "sources": list(PROVABLE) if proven else ["sending", "unknown"],
        },
    )  # fmt: skip
    return on.rowcount == 1


def accept_by_event(on: "cursor", delivery_id: str, message_id: str, at: datetime) -> bool:
    """Take a provider's event that names a delivery for proof that the mail was accepted; True when that was news.

    May be called again and in any order: what is accepted, delivered, bounced or complained of stays as it is.
    """
    on.execute(
        """
        UPDATE delivery SET state = 'accepted', reason = NULL, message_id = %s, next_try_at = NULL, updated_at = %s
        WHERE id = %s AND state = ANY(%s)
        """,
        (message_id, at, delivery_id, list(PROVABLE)),
    )
    return on.rowcount == 1


def last_outcomes(on: "cursor", way: str, since: datetime | None, most: int) -> list[str]:
    """Return how the latest attempts by a way ended, the last first; senders that died tell nothing of the way."""
    on.execute(
        """
        SELECT outcome FROM attempt WHERE route = %s AND ended_at IS NOT NULL AND outcome <> 'died'
          AND (%s::timestamptz IS NULL OR started_at > %s) ORDER BY id DESC LIMIT %s
        """,
        (way, since, since, most),
    )
    return [outcome for (outcome,) in on.fetchall()]


def of_deliveries(on: "cursor", delivery_ids: Sequence[str]) -> list[tuple[str, int, datetime, str | None, str | None]]:
    """Return (delivery id, attempt id, start, outcome, detail) of every attempt at deliveries, in order."""
    on.execute(
        """
        SELECT delivery_id::text, id, started_at, outcome, detail FROM attempt
        WHERE delivery_id = ANY(%s::uuid[]) ORDER BY id
        """,
        (list(delivery_ids),),
    )
    return on.fetchall()
