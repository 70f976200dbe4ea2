"""What editions are before the law by an operator's word, and who approved which of their words."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def kind(on: "cursor", edition_id: int) -> str | None:
    """Return what an operator said that an edition is, `service` or `ad`; None: as its track."""
    on.execute("SELECT kind FROM edition WHERE id = %s", (edition_id,))
    row = on.fetchone()
    return row[0] if row else None


def set_kind(on: "cursor", edition_ids: Sequence[int], kind: str | None) -> None:
    """Say what editions are; None: as their tracks."""
    on.execute("UPDATE edition SET kind = %s WHERE id = ANY(%s)", (kind, list(edition_ids)))


def approve(on: "cursor", edition_id: int, digest: str, account: str, now: datetime) -> None:
    """Write down that somebody approved an edition with these words."""
    on.execute(
        "INSERT INTO approval (edition_id, digest, approved_at, account) VALUES (%s, %s, %s, %s)",
        (edition_id, digest, now, account),
    )


def latest(on: "cursor", edition_id: int) -> tuple[str, datetime, str] | None:
    """Return (digest, instant, account) of an edition's latest approval."""
    on.execute(
        "SELECT digest, approved_at, account FROM approval WHERE edition_id = %s ORDER BY id DESC LIMIT 1",
        (edition_id,),
    )
    return on.fetchone()
