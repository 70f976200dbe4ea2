"""What was sent and what came back of it, counted. It only reads, and no address leaves the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailer_cli.records import SENT
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Place = tuple[str, str]  # the name that a domain stands under in figures, and the route of mails to it
# One bit for each thing that may have come back of a mail. Moving a mail out of the spam folder tells of no complaint.
CAME_BACK = """
    bit_or(CASE kind
        WHEN 'delivery' THEN 1
        WHEN 'bounce' THEN CASE detail ->> 'type' WHEN 'Permanent' THEN 2 ELSE 4 END
        WHEN 'complaint' THEN CASE detail ->> 'type' WHEN 'not-spam' THEN 0 ELSE 8 END
        WHEN 'open' THEN CASE reader WHEN 'human' THEN 16 WHEN 'unknown' THEN 32 ELSE 64 END
        WHEN 'click' THEN CASE reader WHEN 'human' THEN 128 WHEN 'unknown' THEN 256 ELSE 512 END
        WHEN 'unsubscribe' THEN 1024 END)
"""
COUNTED = {  # metric -> which mails it counts; the best reader of a mail counts, so that the three add up
    "delivered": "noticed AND seen & 1 > 0",
    "bounced": "noticed AND seen & 6 > 0",
    "bounced_hard": "noticed AND seen & 2 > 0",
    "bounced_soft": "noticed AND seen & 6 = 4",
    "complained": "noticed AND seen & 8 > 0",
    "opened": "seen & 112 > 0",
    "opened_human": "seen & 16 > 0",
    "opened_unknown": "seen & 48 = 32",
    "opened_machine": "seen & 112 = 64",
    "clicked": "noticed AND seen & 896 > 0",
    "clicked_human": "noticed AND seen & 128 > 0",
    "clicked_unknown": "noticed AND seen & 384 = 256",
    "clicked_machine": "noticed AND seen & 896 = 512",
    "unsubscribed": "seen & 1024 > 0",
    "noticed": "noticed",
}
# The mails that another way than SES took (a folder, a relay): nobody tells what became of them, unless a relay handed
# them on to SES, which then says of each that it took it.
ELSEWHERE = """
    SELECT DISTINCT delivery_id FROM attempt WHERE attempt.route <> 'ses' AND outcome = 'accepted' AND NOT EXISTS (
        SELECT FROM mail_event WHERE mail_event.delivery_id = attempt.delivery_id AND kind = 'send')
"""
DOMAIN = "delivery.domain"
NAMED = (
    "domain (own, name, route) AS (SELECT * FROM unnest(%(domains)s::text[], %(names)s::text[], %(routes)s::text[]))"
)
MAILS = f"""
    WITH {NAMED}, mail AS (
        SELECT delivery.id, edition_id, {DOMAIN} AS own, coalesce({CAME_BACK}, 0) AS seen,
               count(*) FILTER (WHERE kind = 'open') AS open_hits, count(*) FILTER (WHERE kind = 'click') AS click_hits
        FROM delivery LEFT JOIN mail_event ON delivery_id = delivery.id
        WHERE edition_id = ANY(%(ids)s) AND state = ANY(%(sent)s) GROUP BY delivery.id
    ), alike AS (
        SELECT edition_id, own, seen, elsewhere.delivery_id IS NULL AS by_ses,
               count(*) AS mails, sum(open_hits) AS open_hits, sum(click_hits) AS click_hits
        FROM mail LEFT JOIN ({ELSEWHERE}) AS elsewhere ON delivery_id = mail.id GROUP BY 1, 2, 3, 4
    ), told AS (
        SELECT alike.*, name, route, by_ses AND route = 'default' AS noticed FROM alike JOIN domain USING (own)
    )
    SELECT edition_id, name, route, sum(mails)::bigint AS sent, sum(open_hits)::bigint AS open_hits,
           (sum(click_hits) FILTER (WHERE noticed))::bigint AS click_hits,
           {", ".join(f"(sum(mails) FILTER (WHERE {which}))::bigint AS {metric}" for metric, which in COUNTED.items())}
    FROM told GROUP BY edition_id, name, route
"""  # noqa: S608 (no value of anybody's in it)
UNSENT = f"""
    WITH {NAMED}
    SELECT edition_id, name, route, state, coalesce(reason, ''), count(*)
    FROM delivery JOIN domain ON own = {DOMAIN}
    WHERE edition_id = ANY(%(ids)s) AND state <> ALL(%(sent)s) GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608


def mailings(
    on: "cursor", first: datetime | None, end: datetime | None, courses: Sequence[str], tracks: Sequence[str]
) -> list[tuple[int, datetime, str, str]]:
    """Return (edition, slot, course, track) from an instant up to another, of some courses and tracks or of all."""
    on.execute(
        """
        SELECT edition.id, slot, name, track FROM edition JOIN course ON course.id = course_id
        WHERE (%(first)s::timestamptz IS NULL OR slot >= %(first)s) AND (%(end)s::timestamptz IS NULL OR slot < %(end)s)
          AND (%(courses)s::text[] = '{}' OR name = ANY(%(courses)s))
          AND (%(tracks)s::text[] = '{}' OR track = ANY(%(tracks)s))
        ORDER BY slot, name
        """,
        {"first": first, "end": end, "courses": list(courses), "tracks": list(tracks)},
    )
    return on.fetchall()


def recipients(on: "cursor", edition_ids: Sequence[int]) -> dict[str, int]:
    """Return domain -> how many different students were sent a mail there; 0 where all were left out."""
    on.execute(
        f"""
        SELECT own, count(*) FILTER (WHERE sent) FROM (
            SELECT {DOMAIN} AS own, bool_or(state = ANY(%s)) AS sent FROM delivery
            WHERE edition_id = ANY(%s) GROUP BY student_id, own
        ) AS addressed GROUP BY own
        """,  # noqa: S608
        (list(SENT), list(edition_ids)),
    )
    return dict(on.fetchall())


def tracked_since(on: "cursor") -> datetime | None:
    """Return the slot of the first mails whose logo or unsubscribe link was ever asked for; None when none was."""
    on.execute(
        """
        SELECT min(slot) FROM (
            SELECT delivery_id FROM mail_event WHERE source = 'endpoint' AND delivery_id IS NOT NULL
            ORDER BY mail_event.id LIMIT 1000 -- of hits that were stored together, any may come first
        ) AS earliest JOIN delivery ON delivery.id = delivery_id JOIN edition ON edition.id = edition_id
        """
    )
    row = on.fetchone()
    return row[0] if row else None


def sent(on: "cursor", edition_ids: Sequence[int], places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """Return what came back of the mails that were sent, by edition and by their domains' places.

    Each has edition_id, name, route, and a count each of sent, open_hits, click_hits and COUNTED; None is 0.
    """
    on.execute("SET LOCAL work_mem = '64MB'")  # a row for each mail and its events: less of it goes by the disk
    on.execute(MAILS, _values(edition_ids, places))
    columns = [column.name for column in on.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in on.fetchall()]


def unsent(
    on: "cursor", edition_ids: Sequence[int], places: Mapping[str, Place]
) -> list[tuple[int, str, str, str, str, int]]:
    """Return (edition, name of the domain, route, state, reason, how many) of the mails that were not sent."""
    on.execute(UNSENT, _values(edition_ids, places))
    return on.fetchall()


def strays(on: "cursor") -> tuple[int, int]:
    """Return how many events belong to no mail of ours, and how many messages could not be read at all."""
    on.execute(
        "SELECT (SELECT count(*) FROM mail_event WHERE delivery_id IS NULL), (SELECT count(*) FROM unread_event)"
    )
    events, unread = the_row(on)
    return events, unread


def _values(edition_ids: Sequence[int], places: Mapping[str, Place]) -> dict[str, Any]:
    return {
        "ids": list(edition_ids),
        "sent": list(SENT),
        "domains": list(places),
        "names": [name for name, _ in places.values()],
        "routes": [route for _, route in places.values()],
    }
