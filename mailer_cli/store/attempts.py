"""Attempts: written and committed before the provider is called, ended by what the answer proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.records import Claim, DeliveryState
from mailer_cli.store.prepared import Prepared

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# What proof of acceptance overrules: a lost answer, and what an operator decided without it.
PROVABLE = ("sending", "unknown", "ready", "held", "abandoned")

BEGIN = Prepared(
    "begin_attempt",
    "bigint, uuid, text, integer, timestamptz",
    """
    WITH sending AS (UPDATE delivery SET state = 'sending', updated_at = $5 WHERE id = $2 RETURNING id)
    INSERT INTO attempt (id, delivery_id, route, sender_id, started_at) OVERRIDING SYSTEM VALUE
    SELECT $1, id, $3, $4, $5 FROM sending
    """,
    after="; COMMIT",
)
END = Prepared(
    "end_attempt",
    "bigint, text, text, text, timestamptz, text, integer, timestamptz, text[], boolean",
    """
    WITH ended AS (
        UPDATE attempt SET outcome = $2, detail = $3, message_id = $4, ended_at = $5 WHERE id = $1
        RETURNING delivery_id
    )
    UPDATE delivery SET state = $6, reason = $3, message_id = $4, attempts = attempts + $7, next_try_at = $8,
                        updated_at = $5
    FROM ended WHERE id = delivery_id AND state = ANY($9)
      AND ($10 OR NOT EXISTS (SELECT FROM attempt AS later WHERE later.delivery_id = delivery.id AND later.id > $1))
    """,
    # A server that crashes may forget this commit: then the delivery is found `sending` and becomes unknown, which is
    # safe. The commit before the call must be on the disk; this one spares the disk's time.
    before="SET LOCAL synchronous_commit = off;",
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What an attempt came to (accepted, not_sent, failed, unknown) and what that makes of its delivery."""

    outcome: str
    state: DeliveryState
    reason: str | None = None
    message_id: str | None = None
    attempts: int = 1  # that it cost
    next_try_at: datetime | None = None


def begin(on: "cursor", claim: Claim, way: str, sender_id: int, now: datetime) -> None:
    """Mark a claimed delivery as being sent, and commit: when this returns, the provider may be called."""
    BEGIN.execute(on, claim.attempt_id, claim.delivery_id, way, sender_id, now)


def end(on: "cursor", attempt_id: int, ended: Ended, now: datetime) -> bool:
    """Record how an attempt ended, and move its delivery unless something later has settled it already.

    Proof of acceptance always counts. Anything less counts while the delivery waits for this very attempt: meanwhile
    an event may have proved it accepted, or an operator may have had it sent again. Return whether it was moved.
    """
    proven = ended.state is DeliveryState.ACCEPTED
    END.execute(
        on, attempt_id, ended.outcome, ended.reason, ended.message_id, now, ended.state, ended.attempts,
        ended.next_try_at, list(PROVABLE) if proven else ["sending", "unknown"], proven,
    )  # fmt: skip
    return on.rowcount == 1


def accept_by_event(on: "cursor", delivery_id: str, message_id: str | None, at: datetime) -> bool:
    """Take a provider's event that names a delivery for proof that the mail was accepted; True when that was news.

    May be called again and in any order: what is accepted, delivered, bounced or complained of stays as it is.
    """
    on.execute(
        """
        UPDATE delivery SET state = 'accepted', reason = NULL, message_id = coalesce(%s, message_id),
                            next_try_at = NULL, updated_at = %s
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
