"""What is known of a mail's openings and clicks when who read is judged; and what its links were."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# (id, delivery, kind, at, the rule of its agent, the key of its link, the rule that holds)
Row = tuple[int, str, str, datetime, str, str | None, str]
READING = "id, delivery_id::text, kind, occurred_at, detail ->> 'agent', detail ->> 'link', reader_why"


def delivered_at(on: "cursor", delivery_ids: Collection[str]) -> dict[str, datetime]:
    """Return when mails arrived: as SES told, or when SES or our own attempt had them sent, which is before."""
    on.execute(
        """
        SELECT id::text, at FROM unnest(%s::uuid[]) AS mail (id), LATERAL (SELECT coalesce(
            (SELECT min(occurred_at) FROM mail_event WHERE delivery_id = mail.id AND kind = 'delivery'),
            (SELECT min(occurred_at) FROM mail_event WHERE delivery_id = mail.id AND kind = 'send'),
            (SELECT min(ended_at) FROM attempt WHERE delivery_id = mail.id AND outcome = 'accepted')
        ) AS at) AS arrival WHERE at IS NOT NULL
        """,
        (list(delivery_ids),),
    )
    return dict(on.fetchall())


def readings(on: "cursor", digests: Collection[bytes], arrived: Collection[str]) -> list[Row]:
    """Return the openings and clicks to judge: new ones, and all of the mails that are known to have arrived now."""
    on.execute(
        f"""
        SELECT {READING} FROM mail_event WHERE digest = ANY(%s) AND delivery_id IS NOT NULL AND reader IS NOT NULL
        UNION
        SELECT {READING} FROM mail_event WHERE delivery_id = ANY(%s::uuid[]) AND kind IN ('open', 'click')
        """,  # noqa: S608
        (list(digests), list(arrived)),
    )
    return on.fetchall()


def clicks_about(on: "cursor", clicked: Sequence[tuple[str, datetime]], spread: timedelta) -> list[Row]:
    """Return the clicks of mails near to (delivery, instant) of some clicks, these among them."""
    mails = {delivery_id for delivery_id, _ in clicked}
    first, last = min(at for _, at in clicked) - spread, max(at for _, at in clicked) + spread
    on.execute(
        f"""
        SELECT {READING} FROM mail_event
        WHERE delivery_id = ANY(%s::uuid[]) AND kind = 'click' AND occurred_at BETWEEN %s AND %s
        """,  # noqa: S608
        (list(mails), first, last),
    )
    return on.fetchall()


def judge(on: "cursor", verdicts: Sequence[tuple[int, str, str]]) -> None:
    """Write (event, reader, why) where it is another than before."""
    ids, who, why = zip(*verdicts, strict=True)
    on.execute(
        """
        UPDATE mail_event SET reader = told.reader, reader_why = told.why
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (id, reader, why) WHERE mail_event.id = told.id
        """,
        (list(ids), list(who), list(why)),
    )


def postings(on: "cursor", edition_ids: Collection[int]) -> dict[int, list[tuple[int, str, str, str]]]:
    """Return edition -> its postings as (id, board, board id, url); an edition without any is not there."""
    on.execute(
        """
        SELECT edition_id, posting.id, board, board_id, url FROM edition_posting JOIN posting ON posting.id = posting_id
        WHERE edition_id = ANY(%s)
        """,
        (list(edition_ids),),
    )
    found: dict[int, list[tuple[int, str, str, str]]] = {}
    for edition_id, *posting in on.fetchall():
        found.setdefault(edition_id, []).append((posting[0], posting[1], posting[2], posting[3]))
    return found


def link(on: "cursor", digest: bytes, link: str, posting_id: int | None) -> None:
    """Say what a click led to, now that its mail is known."""
    on.execute("UPDATE mail_event SET link = %s, posting_id = %s WHERE digest = %s", (link, posting_id, digest))
