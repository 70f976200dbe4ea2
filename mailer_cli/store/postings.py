"""Postings as the mailer sees them: candidates of a track, what a course was sent, what a mail shows, verdicts."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

LATELY = relativedelta(days=7)
# Of an edition called `other`: it went, or may have gone, to somebody.
WENT = """
    (other.state IN ('sending', 'sent') OR EXISTS (
        SELECT FROM delivery WHERE edition_id = other.id
        AND delivery.state IN ('sending', 'accepted', 'delivered', 'bounced_hard', 'complained', 'unknown')))
"""


def candidates(on: "cursor", track: str, slot: datetime) -> list[dict[str, Any]]:
    """Return the track's postings that are open, or that closed or ended in the week before the slot."""
    on.execute(
        """
        SELECT id, board, url, title, company_key, deadline_kind, deadline_at, cardinality(words), first_seen,
               closed_at IS NOT NULL, cluster_id
        FROM posting JOIN posting_track ON posting_id = id
        WHERE track = %(track)s
          AND (closed_at IS NULL OR closed_at >= %(lately)s) AND (deadline_at IS NULL OR deadline_at >= %(lately)s)
        """,
        {"track": track, "lately": slot - LATELY},
    )
    names = (
        "posting_id", "board", "url", "title", "company_key", "deadline_kind", "deadline_at", "words", "first_seen",
        "closed", "cluster_id",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in on.fetchall()]


def sent_lately(on: "cursor", course_id: int, slot: datetime, months: int) -> list[tuple[int, int, str, str]]:
    """Return (posting id, cluster id, company key, title) of what a course was sent in the months before the slot.

    The months are calendar months; what an earlier system sent counts by board and id, or by its link.
    """
    on.execute(
        f"""
        SELECT id, cluster_id, company_key, title FROM posting WHERE id IN (
            SELECT posting_id FROM edition AS other JOIN edition_posting ON edition_id = other.id
            WHERE course_id = %(course)s AND slot >= %(since)s AND {WENT}
            UNION ALL
            SELECT posting.id FROM sent_before JOIN posting USING (board, board_id)
            WHERE course_id = %(course)s AND sent_on >= %(since)s::date
            UNION ALL
            SELECT posting.id FROM sent_before JOIN posting USING (url)
            WHERE course_id = %(course)s AND sent_on >= %(since)s::date AND sent_before.board IS NULL
        )
        """,  # noqa: S608
        {"course": course_id, "since": slot - relativedelta(months=months)},
    )
    return on.fetchall()


def repeating(on: "cursor", edition_ids: Sequence[int], months: int) -> set[int]:
    """Return those of some checked editions that carry what their course was sent meanwhile.

    The earlier ones of them count as sent: all may go in one run.
    """
    on.execute(
        f"""
        SELECT edition.id FROM edition WHERE edition.id = ANY(%(ids)s) AND edition.state = 'checked' AND EXISTS (
            SELECT FROM edition_posting AS own JOIN edition_posting AS sent USING (posting_id)
            JOIN edition AS other ON other.id = sent.edition_id
            WHERE own.edition_id = edition.id AND other.id <> edition.id AND other.course_id = edition.course_id
              AND other.slot >= edition.slot - make_interval(months => %(months)s)
              AND ({WENT} OR (other.id = ANY(%(ids)s) AND other.slot < edition.slot))
        )
        """,  # noqa: S608
        {"ids": list(edition_ids), "months": months},
    )
    return {edition_id for (edition_id,) in on.fetchall()}


def chosen(on: "cursor", edition_id: int) -> list[dict[str, Any]]:
    """Return an edition's postings in the order of the mail."""
    on.execute(
        """
        SELECT posting.id, title, company, board, url, deadline_kind, deadline_at, career_kind, career_min,
               career_max, regions, coalesce(posting_track.words, '{}')
        FROM edition_posting JOIN posting ON posting.id = posting_id
        JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
        LEFT JOIN posting_track ON posting_track.posting_id = posting.id AND posting_track.track = course.track
        WHERE edition_id = %s ORDER BY position
        """,
        (edition_id,),
    )
    names = (
        "posting_id", "title", "company", "board", "url", "deadline_kind", "deadline_at", "career_kind", "career_min",
        "career_max", "regions", "words",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in on.fetchall()]


def unchecked(on: "cursor", edition_ids: Sequence[int], since: datetime) -> set[int]:
    """Return the chosen postings of editions that no board was asked about since an instant."""
    on.execute(
        """
        SELECT DISTINCT posting_id FROM edition_posting
        WHERE edition_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM link_check
            WHERE link_check.posting_id = edition_posting.posting_id AND checked_at >= %s
        )
        """,
        (list(edition_ids), since),
    )
    return {posting_id for (posting_id,) in on.fetchall()}


def verdicts(on: "cursor", posting_ids: Sequence[int], since: datetime) -> dict[str, int]:
    """Return how many of the postings the boards called open, closed or unknown since an instant, by latest word."""
    on.execute(
        """
        SELECT state, count(*) FROM (
            SELECT DISTINCT ON (posting_id) posting_id, state FROM link_check
            WHERE posting_id = ANY(%s) AND checked_at >= %s ORDER BY posting_id, checked_at DESC, id DESC
        ) AS latest GROUP BY state
        """,
        (list(posting_ids), since),
    )
    return dict(on.fetchall())
