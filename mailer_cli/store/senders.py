"""Senders: each connection that sends is known while it lives, and what a dead one left is found at once."""

import os
import platform
from datetime import datetime
from typing import TYPE_CHECKING

from jobdb import logs
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

LOCKS = 0x4A4D  # the first key of our advisory locks; the second is the sender's id


def register(on: "cursor", now: datetime) -> int:
    """Make this connection a sender and return its id; it holds the lock that says so until the connection ends."""
    # A machine that lost its power says no goodbye; these let the server notice within a minute and a half.
    on.execute("SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3")
    on.execute(
        "INSERT INTO sender (host, pid, started_at, run_id) VALUES (%s, %s, %s, %s) RETURNING id",
        (platform.node(), os.getpid(), now, logs.run_id()),
    )
    sender_id: int = the_row(on)[0]
    on.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, sender_id))
    return sender_id


def give_up_leftovers(on: "cursor", now: datetime) -> int:
    """Turn the deliveries that dead senders left `sending` into unknown; return how many.

    Their senders died between the commit and the record: the mail may have gone, so it is never sent again blindly.
    """
    on.execute(
        """
        WITH busy AS MATERIALIZED (SELECT DISTINCT sender_id FROM attempt WHERE ended_at IS NULL),
        dead AS MATERIALIZED (
            SELECT sender_id FROM busy WHERE sender_id IS NULL OR pg_try_advisory_xact_lock(%(locks)s, sender_id)
        ),
        ended AS (
            UPDATE attempt SET outcome = 'died', detail = 'the sender died', ended_at = %(now)s
            FROM dead WHERE attempt.sender_id IS NOT DISTINCT FROM dead.sender_id AND ended_at IS NULL
            RETURNING delivery_id
        )
        UPDATE delivery SET state = 'unknown', reason = 'sender_died', attempts = attempts + 1, updated_at = %(now)s
        FROM ended WHERE id = delivery_id AND state = 'sending'
        """,
        {"locks": LOCKS, "now": now},
    )
    return on.rowcount
