"""Counts for `status`: what was chosen and passed over, how the deliveries stand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def postings(on: "cursor", edition_ids: Sequence[int]) -> list[tuple[int, str, str | None, int]]:
    """Return (edition, board, reason for passing over or None for chosen, count)."""
    on.execute(
        """
        SELECT edition_id, board, NULL AS reason, count(*)
        FROM edition_posting JOIN posting ON posting.id = posting_id
        WHERE edition_id = ANY(%(ids)s) GROUP BY edition_id, board
        UNION ALL
        SELECT edition_id, board, reason, held FROM edition_passed WHERE edition_id = ANY(%(ids)s)
        ORDER BY edition_id, board, reason
        """,
        {"ids": list(edition_ids)},
    )
    return on.fetchall()


def deliveries(on: "cursor", edition_ids: Sequence[int]) -> list[tuple[int, str, str | None, int]]:
    """Return (edition, state, reason, count)."""
    on.execute(
        """
        SELECT edition_id, state, reason, count(*) FROM delivery
        WHERE edition_id = ANY(%s) GROUP BY edition_id, state, reason ORDER BY edition_id, state, reason
        """,
        (list(edition_ids),),
    )
    return on.fetchall()


def holds_made_up_postings(on: "cursor") -> bool:
    """Tell whether the postings come from the sandbox."""
    on.execute("SELECT EXISTS (SELECT FROM crawl WHERE made_up)")
    return on.fetchone() == (True,)
