"""Holding editions back: late ones, those that the breaker stopped, those that an operator paused or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def hold(on: "cursor", edition_ids: Sequence[int], reason: str, now: datetime) -> int:
    """Hold what editions have ready; return how many deliveries that are."""
    on.execute(
        """
        UPDATE delivery SET state = 'held', reason = %s, updated_at = %s WHERE edition_id = ANY(%s) AND state = 'ready'
        """,
        (reason, now, list(edition_ids)),
    )
    return on.rowcount


def release(on: "cursor", edition_ids: Sequence[int], reason: str | None, now: datetime) -> int:
    """Make ready what editions hold for a reason (None: for any); return how many deliveries that are."""
    on.execute(
        """
        UPDATE delivery SET state = 'ready', reason = NULL, next_try_at = NULL, updated_at = %(now)s
        WHERE edition_id = ANY(%(ids)s) AND state = 'held' AND (%(reason)s::text IS NULL OR reason = %(reason)s)
        """,
        {"ids": list(edition_ids), "reason": reason, "now": now},
    )
    return on.rowcount


def catch_up(on: "cursor", delivery_id: str, now: datetime) -> None:
    """Hold or skip what came back unsent, when the breaker held or somebody cancelled its edition meanwhile."""
    on.execute(
        """
        WITH own AS (
            SELECT edition.id, edition.state = 'cancelled' AS cancelled FROM edition
            WHERE id = (SELECT edition_id FROM delivery WHERE id = %(id)s) FOR SHARE
        )
        UPDATE delivery SET state = CASE WHEN cancelled THEN 'skipped' ELSE 'held' END,
                            reason = CASE WHEN cancelled THEN 'cancelled' ELSE 'breaker' END, updated_at = %(now)s
        FROM own WHERE delivery.id = %(id)s AND delivery.state = 'ready' AND (cancelled OR EXISTS (
            SELECT FROM delivery AS held
            WHERE held.edition_id = own.id AND (held.state, held.reason) = ('held', 'breaker')
        ))
        """,
        {"id": delivery_id, "now": now},
    )


def let_out_late(on: "cursor", edition_ids: Sequence[int], why: str, now: datetime) -> None:
    """Keep an operator's reason for sending editions long after their slot, and release them."""
    on.execute("UPDATE edition SET late_reason = %s WHERE id = ANY(%s)", (why, list(edition_ids)))
    release(on, edition_ids, "late", now)


def pause(on: "cursor", edition_ids: Sequence[int], why: str, now: datetime) -> int:
    """Let nothing of editions be claimed until they are resumed; return how many were not paused before."""
    on.execute(
        "UPDATE edition SET paused_at = %s, paused_why = %s WHERE id = ANY(%s) AND paused_at IS NULL",
        (now, why, list(edition_ids)),
    )
    return on.rowcount


def resume(on: "cursor", edition_ids: Sequence[int], now: datetime) -> int:
    """End a pause and release what the breaker held; it counts anew from here. Return the deliveries released."""
    on.execute(
        "UPDATE edition SET paused_at = NULL, paused_why = NULL, resumed_at = %s WHERE id = ANY(%s)",
        (now, list(edition_ids)),
    )
    return release(on, edition_ids, "breaker", now)


def cancel(on: "cursor", edition_ids: Sequence[int], why: str, now: datetime) -> int:
    """End editions: what has not left is skipped; return how many deliveries that are."""
    on.execute("UPDATE edition SET state = 'cancelled', reason = %s WHERE id = ANY(%s)", (why, list(edition_ids)))
    on.execute(
        """
        UPDATE delivery SET state = 'skipped', reason = 'cancelled', updated_at = %s
        WHERE edition_id = ANY(%s) AND state IN ('planned', 'ready', 'held')
        """,
        (now, list(edition_ids)),
    )
    return on.rowcount


def paused(on: "cursor", edition_ids: Sequence[int]) -> dict[int, str]:
    """Return why editions are paused, for those that are."""
    on.execute("SELECT id, paused_why FROM edition WHERE id = ANY(%s) AND paused_at IS NOT NULL", (list(edition_ids),))
    return dict(on.fetchall())


def excused(on: "cursor", edition_ids: Sequence[int]) -> set[int]:
    """Return those of some editions for which somebody said why they may go late."""
    on.execute("SELECT id FROM edition WHERE id = ANY(%s) AND late_reason IS NOT NULL", (list(edition_ids),))
    return {edition_id for (edition_id,) in on.fetchall()}


def resumed_at(on: "cursor", edition_ids: Sequence[int]) -> datetime | None:
    """Return when the last of some editions was resumed."""
    on.execute("SELECT max(resumed_at) FROM edition WHERE id = ANY(%s)", (list(edition_ids),))
    at: datetime | None = the_row(on)[0]
    return at


def harm(on: "cursor", edition_id: int) -> tuple[int, int, int]:
    """Return an edition's hard bounces, complaints (both since it was last resumed) and all its mails."""
    on.execute(
        """
        SELECT count(*) FILTER (WHERE delivery.state = 'bounced_hard' AND fresh),
               count(*) FILTER (WHERE delivery.state = 'complained' AND fresh),
               (SELECT count(*) FROM delivery WHERE edition_id = %(edition)s AND state <> 'skipped')
        FROM (
            SELECT delivery.state, coalesce(updated_at > resumed_at, true) AS fresh
            FROM delivery JOIN edition ON edition.id = edition_id
            WHERE edition_id = %(edition)s AND delivery.state IN ('bounced_hard', 'complained')
        ) AS delivery
        """,
        {"edition": edition_id},
    )
    bounced, complained, mails = the_row(on)
    return bounced, complained, mails
