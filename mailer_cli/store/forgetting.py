"""What the mailer may forget. Never: editions, what they held, deliveries, attempts, events that belong to a mail."""

from datetime import datetime
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

UNREAD_MONTHS = 6


def sent_before(on: "cursor", now: datetime, memory_months: int) -> int:
    """Delete what an earlier system sent twice the memory ago, and return how many.

    Once more than the memory needs: who makes it longer finds it filled, and `mailer why` can tell.
    """
    on.execute("DELETE FROM sent_before WHERE sent_on < %s::date", (now - relativedelta(months=2 * memory_months),))
    return on.rowcount


def unread_events(on: "cursor", now: datetime) -> int:
    """Delete messages that nobody could read and that came more than half a year ago; return how many."""
    on.execute("DELETE FROM unread_event WHERE received_at < %s", (now - relativedelta(months=UNREAD_MONTHS),))
    return on.rowcount
