"""Clicks, counted by what a mail carries: its postings, their boards, the words that chose them, its kinds of links."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mailer_cli.records import SENT
from mailer_cli.store.stats import DOMAIN, ELSEWHERE

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

CARRIED = {  # what clicks are counted by -> what an edition's mails carry of it: (edition, posting, key)
    "posting": "SELECT edition_id, posting_id, posting_id::text FROM edition_posting",
    "board": "SELECT edition_id, posting_id, board FROM edition_posting JOIN posting ON posting.id = posting_id",
    "word": """
        SELECT edition_id, posting_id, unnest(words)
        FROM edition_posting JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
        JOIN posting_track USING (posting_id, track)
    """,
    "link": "SELECT id, NULL::bigint, unnest(ARRAY['posting', 'survey', 'more', 'unsubscribe', 'other']) FROM edition",
}
MATCH = {"link": "key = link"}  # which click is on what was carried; for the others: the posting's
CLICKS = f"""
    WITH edited (edition_id, sent, noticed) AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(mails)s::bigint[], %(noticed)s::bigint[])
    ), carried (edition_id, posting_id, key) AS (
        SELECT * FROM ({{carried}}) AS everything (edition_id, posting_id, key) WHERE edition_id = ANY(%(ids)s)
    ), shown AS (
        SELECT key, sum(sent)::bigint AS sent, sum(noticed)::bigint AS noticed
        FROM (SELECT DISTINCT edition_id, key FROM carried) AS once JOIN edited USING (edition_id) GROUP BY key
    ), click AS (
        SELECT edition_id, mail_event.delivery_id, mail_event.posting_id, link, reader
        FROM mail_event JOIN delivery ON delivery.id = mail_event.delivery_id
        LEFT JOIN ({ELSEWHERE}) AS elsewhere ON elsewhere.delivery_id = delivery.id
        WHERE kind = 'click' AND edition_id = ANY(%(ids)s) AND state = ANY(%(sent)s) AND {DOMAIN} <> ALL(%(blind)s)
          AND elsewhere.delivery_id IS NULL
    ), clicker AS (
        SELECT key, delivery_id, count(*) AS hits,
               bit_or(CASE reader WHEN 'human' THEN 1 WHEN 'unknown' THEN 2 ELSE 4 END) AS seen
        FROM click JOIN carried ON carried.edition_id = click.edition_id AND {{match}} GROUP BY key, delivery_id
    )
    SELECT key, shown.sent, shown.noticed, count(seen) AS clicked,
           count(*) FILTER (WHERE seen & 1 > 0) AS clicked_human,
           count(*) FILTER (WHERE seen & 3 = 2) AS clicked_unknown,
           count(*) FILTER (WHERE seen = 4) AS clicked_machine, coalesce(sum(hits), 0)::bigint AS click_hits
    FROM shown LEFT JOIN clicker USING (key) GROUP BY key, shown.sent, shown.noticed
    ORDER BY clicked_human DESC, clicked DESC, click_hits DESC, shown.sent DESC, key LIMIT %(top)s
"""  # noqa: S608


def clicks(
    on: "cursor", by: str, mails: Mapping[int, tuple[int, int]], blind: Sequence[str], top: int | None
) -> list[dict[str, Any]]:
    """Return the `top` most clicked (None: all) of one of CARRIED: key, sent, noticed, clicked …, click_hits.

    `mails` is edition -> (mails sent, those of which SES tells); `sent` and `noticed` count the mails that carried it.
    `blind` are the domains that no click is told of.
    """
    values = {
        "ids": list(mails),
        "mails": [sent for sent, _ in mails.values()],
        "noticed": [noticed for _, noticed in mails.values()],
        "sent": list(SENT),
        "blind": list(blind),
        "top": top,
    }
    match = MATCH.get(by, "carried.posting_id = click.posting_id")
    on.execute(CLICKS.format(carried=CARRIED[by], match=match), values)
    columns = [column.name for column in on.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in on.fetchall()]


def about(on: "cursor", posting_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return posting -> its board, board_id, title, company and url, in the board's own words."""
    on.execute("SELECT id, board, board_id, title, company, url FROM posting WHERE id = ANY(%s)", (list(posting_ids),))
    columns = ("board", "board_id", "title", "company", "url")
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in on.fetchall()}
