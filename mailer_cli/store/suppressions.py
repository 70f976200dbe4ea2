"""Addresses that are not to be mailed: a row stands until it is lifted, or until its time is over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import execute_values

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# What a person said, and not what a mailbox did: it holds at whatever address the roster gives that person.
PERSONAL = ("form", "one_click", "page", "manual", "complaint")


def standing(on: "cursor", at: datetime, addresses: Collection[str] | None = None) -> dict[str, str]:
    """Return folded address -> reason of what stands at an instant, of all or of some addresses; the oldest reason."""
    on.execute(
        """
        SELECT DISTINCT ON (address) address, reason FROM suppression
        WHERE lifted_at IS NULL AND (until IS NULL OR until > %(at)s)
          AND (%(addresses)s::text[] IS NULL OR address = ANY(%(addresses)s))
        ORDER BY address, since, id
        """,
        {"at": at, "addresses": None if addresses is None else list(addresses)},
    )
    return dict(on.fetchall())


def add(on: "cursor", reason: str, rows: Iterable[tuple[str, str, datetime]]) -> int:
    """Suppress (folded address, detail, since) for one reason; return how many did not stand yet."""
    added = execute_values(
        on,
        """
        INSERT INTO suppression (address, reason, detail, since) VALUES %s
        ON CONFLICT (address, reason) WHERE lifted_at IS NULL DO NOTHING RETURNING id
        """,
        [(address, reason, detail, since) for address, detail, since in rows],
        fetch=True,
    )
    return len(added)


def follow(on: "cursor", people: Sequence[tuple[str, str, str]]) -> int:
    """Suppress the addresses that a roster newly gives (LMS id, name, folded address) who refused at the one before.

    Another name under a known LMS id is another person. Call it before the roster is written; return how many.
    """
    added = execute_values(
        on,
        f"""
        INSERT INTO suppression (address, reason, detail, since)
        SELECT DISTINCT ON (told.address, reason) told.address, reason, 'said at an earlier address', since
        FROM (VALUES %s) AS told (lms_id, name, address)
        JOIN student ON student.lms_id = told.lms_id AND student.name = told.name AND lower(email) <> told.address
        JOIN suppression ON suppression.address = lower(email) AND lifted_at IS NULL
        WHERE reason IN {PERSONAL} AND NOT EXISTS (
            SELECT FROM suppression AS lifted
            WHERE (lifted.address, lifted.reason) = (told.address, suppression.reason)
              AND lifted.lifted_at >= suppression.since
        )
        ORDER BY told.address, reason, since
        ON CONFLICT (address, reason) WHERE lifted_at IS NULL DO NOTHING RETURNING id
        """,  # noqa: S608
        people,
        page_size=len(people) or 1,
        fetch=True,
    )
    return len(added)


def lift(on: "cursor", address: str, why: str, now: datetime, reason: str | None = None) -> list[str]:
    """Lift what stands for a folded address, all of it or one reason, and return the reasons lifted."""
    on.execute(
        """
        UPDATE suppression SET lifted_at = %s, lifted_why = %s
        WHERE address = %s AND lifted_at IS NULL AND (%s::text IS NULL OR reason = %s) RETURNING reason
        """,
        (now, why, address, reason, reason),
    )
    return sorted(found for (found,) in on.fetchall())


def listed(on: "cursor", everything: bool) -> list[dict[str, Any]]:
    """Return suppressions by address: those that are not lifted, or all."""
    on.execute(
        """
        SELECT address, reason, detail, since, until, lifted_at, lifted_why FROM suppression
        WHERE %s OR lifted_at IS NULL ORDER BY address, since, id
        """,
        (everything,),
    )
    names = ("address", "reason", "detail", "since", "until", "lifted_at", "lifted_why")
    return [dict(zip(names, row, strict=True)) for row in on.fetchall()]
