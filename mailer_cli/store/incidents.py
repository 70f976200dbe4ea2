"""Incidents: what was wrong from when to when, and whether it was told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True, slots=True)
class Incident:
    """One row; `detail` is Korean, for who reads the alert."""

    id: int
    kind: str
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None


def record(on: "cursor", found: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Open an incident for each (kind, subject, detail) that has none, and close those that were not found again."""
    rows = list(found)
    if rows:
        execute_values(
            on,
            """
            INSERT INTO incident (kind, subject, detail, opened_at) VALUES %s
            ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO UPDATE SET detail = EXCLUDED.detail
            """,
            [(*row, now) for row in rows],
        )
    _close_all_but(on, [(kind, subject) for kind, subject, _ in rows], now)


def _close_all_but(on: "cursor", keys: Collection[tuple[str, str]], now: datetime) -> None:
    on.execute(
        """
        UPDATE incident SET closed_at = %s WHERE closed_at IS NULL AND (kind, subject) NOT IN (
            SELECT * FROM unnest(%s::text[], %s::text[])
        )
        """,
        (now, [kind for kind, _ in keys], [subject for _, subject in keys]),
    )


def opened(on: "cursor") -> list[Incident]:
    """Return what is open, the oldest first."""
    on.execute(
        """
        SELECT id, kind, subject, detail, opened_at, closed_at FROM incident
        WHERE closed_at IS NULL ORDER BY opened_at, id
        """
    )
    return [Incident(*row) for row in on.fetchall()]


def untold(on: "cursor") -> tuple[list[Incident], list[Incident]]:
    """Return the open incidents that nobody was told of, and the closed ones whose all-clear nobody was told."""
    on.execute(
        """
        SELECT id, kind, subject, detail, opened_at, closed_at FROM incident
        WHERE (closed_at IS NULL AND told_at IS NULL)
           OR (closed_at IS NOT NULL AND told_at IS NOT NULL AND cleared_at IS NULL) ORDER BY opened_at, id
        """
    )
    found = [Incident(*row) for row in on.fetchall()]
    return [each for each in found if not each.closed_at], [each for each in found if each.closed_at]


def told(on: "cursor", new: Sequence[Incident], over: Sequence[Incident], now: datetime) -> None:
    """Remember that the alerts and the all-clears went out."""
    on.execute("UPDATE incident SET told_at = %s WHERE id = ANY(%s)", (now, [each.id for each in new]))
    on.execute("UPDATE incident SET cleared_at = %s WHERE id = ANY(%s)", (now, [each.id for each in over]))
