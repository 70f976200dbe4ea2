"""Where stored postings are found again on their boards."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from psycopg2.extensions import connection


class Address(NamedTuple):
    """A stored posting's id, its board, the board's own id and the page's URL."""

    posting_id: int
    board: str
    board_id: str
    url: str


def of_postings(database: "connection", posting_ids: list[int]) -> list[Address]:
    """Return the addresses of postings by id; ids that are not stored are left out."""
    return _addresses(database, "id = ANY(%s)", posting_ids)


def of_edition(database: "connection", edition_id: int) -> list[Address]:
    """Return the addresses of the postings chosen for an edition."""
    chosen = "SELECT posting_id FROM edition_posting WHERE edition_id = %s AND position IS NOT NULL"
    return _addresses(database, f"id IN ({chosen})", edition_id)


def unlisted(database: "connection", board: str | None = None) -> list[Address]:
    """Return the addresses of open postings that no list shows any more, of one board or of all."""
    return _addresses(database, "unlisted_at IS NOT NULL AND closed_at IS NULL AND board = coalesce(%s, board)", board)


def _addresses(database: "connection", condition: str, value: object) -> list[Address]:
    question = f"SELECT id, board, board_id, url FROM posting WHERE {condition} ORDER BY id"  # noqa: S608  ours
    with database, database.cursor() as cursor:
        cursor.execute(question, (value,))
        return [Address._make(row) for row in cursor.fetchall()]
