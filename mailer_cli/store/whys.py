"""What the database remembers of one student's or one posting's part in an edition."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

POSTING = (
    "id", "board", "board_id", "title", "company", "company_key", "cluster_id", "deadline_kind", "deadline_at",
    "closed_at", "closed_reason", "first_seen",
)  # fmt: skip


def edition_of(on: "cursor", student_id: int, course: str, slot: datetime | None) -> int | None:
    """Return the id of the edition that has a row for a student, or of their course's; the latest, or of a slot."""
    on.execute(
        """
        SELECT edition.id FROM edition JOIN course ON course.id = course_id
        LEFT JOIN delivery ON edition_id = edition.id AND student_id = %(student)s
        WHERE (delivery.id IS NOT NULL OR course.name = %(course)s)
          AND (%(slot)s::timestamptz IS NULL OR slot = %(slot)s)
        ORDER BY slot DESC, delivery.id IS NULL LIMIT 1
        """,
        {"student": student_id, "course": course, "slot": slot},
    )
    row = on.fetchone()
    return row[0] if row else None


def posting(on: "cursor", key: int | None, place: tuple[str, str] | None, url: str) -> dict[str, Any] | None:
    """Return a posting by its id, by (board, board id), or by its link."""
    board, board_id = place or (None, None)
    on.execute(
        f"SELECT {', '.join(POSTING)} FROM posting WHERE id = %s OR (board, board_id) = (%s, %s) OR url = %s LIMIT 1",  # noqa: S608
        (key, board, board_id, url),
    )
    row = on.fetchone()
    return dict(zip(POSTING, row, strict=True)) if row else None


def dropped(on: "cursor", board: str, board_id: str) -> str | None:
    """Return why the crawl did not keep a posting, or None when no list ever showed it."""
    on.execute("SELECT outcome FROM sighting WHERE (board, board_id) = (%s, %s)", (board, board_id))
    row = on.fetchone()
    return row[0] if row else None


def position(on: "cursor", edition_id: int, posting_id: int) -> int | None:
    """Return a posting's place in an edition's mail, from 1."""
    on.execute(
        "SELECT position FROM edition_posting WHERE edition_id = %s AND posting_id = %s", (edition_id, posting_id)
    )
    row = on.fetchone()
    return row[0] if row else None


def passed_over(on: "cursor", edition_id: int, posting_id: int) -> tuple[str, int, int] | None:
    """Return (reason, its rank among those of its board with that reason, how many they are), if it was passed over."""
    named = {"edition": edition_id, "posting": posting_id}
    on.execute(
        """
        SELECT reason, array_position(posting_ids, %(posting)s::bigint), held FROM edition_passed
        WHERE edition_id = %(edition)s AND %(posting)s = ANY(posting_ids)
        """,
        named,
    )
    own: tuple[str, int, int] | None = on.fetchone()
    return own or _left(on, named)


def _left(on: "cursor", named: dict[str, int]) -> tuple[str, int, int] | None:
    """Return the same of a posting that the edition passes over for the reason of its market."""
    on.execute(
        """
        WITH own AS (
            SELECT posting_id FROM edition_posting WHERE edition_id = %(edition)s
            UNION ALL SELECT unnest(posting_ids) FROM edition_passed WHERE edition_id = %(edition)s
        ), shelf AS (
            SELECT market_passed.reason, posting_ids FROM edition JOIN market_passed USING (market_id)
            WHERE edition.id = %(edition)s AND %(posting)s = ANY(posting_ids)
        ), ranked AS (
            SELECT reason, posting_id, row_number() OVER (ORDER BY place) AS rank, count(*) OVER () AS held
            FROM shelf, unnest(posting_ids) WITH ORDINALITY AS listed (posting_id, place)
            WHERE posting_id NOT IN (SELECT posting_id FROM own)
        )
        SELECT reason, rank, held FROM ranked WHERE posting_id = %(posting)s
        """,
        named,
    )
    return on.fetchone()


def chosen(on: "cursor", edition_id: int) -> list[tuple[int, int, str, str, str, int]]:
    """Return (position, posting, board, company key, title, cluster) of what an edition carries."""
    on.execute(
        """
        SELECT position, posting.id, board, company_key, title, cluster_id
        FROM edition_posting JOIN posting ON posting.id = posting_id WHERE edition_id = %s ORDER BY position
        """,
        (edition_id,),
    )
    return on.fetchall()


def tracks_of(on: "cursor", posting_id: int) -> dict[str, list[str]]:
    """Return the tracks that want a posting, with the words that matched."""
    on.execute("SELECT track, words FROM posting_track WHERE posting_id = %s ORDER BY track", (posting_id,))
    return dict(on.fetchall())


def planned_at(on: "cursor", edition_id: int) -> datetime | None:
    """Return when an edition's postings were last chosen: when it was checked, or else planned."""
    on.execute("SELECT coalesce(checked_at, planned_at) FROM edition WHERE id = %s", (edition_id,))
    row = on.fetchone()
    return row[0] if row else None


def earlier_mailings(
    on: "cursor", course_id: int, posting_ids: list[int], before: datetime
) -> list[tuple[datetime, int]]:
    """Return (slot, posting) of a course's earlier editions that carried one of some postings, newest first."""
    on.execute(
        """
        SELECT slot, posting_id FROM edition JOIN edition_posting ON edition_id = edition.id
        WHERE course_id = %s AND posting_id = ANY(%s) AND slot < %s AND state IN ('sending', 'sent', 'cancelled')
        ORDER BY slot DESC
        """,
        (course_id, posting_ids, before),
    )
    return on.fetchall()


def copies(on: "cursor", cluster_id: int) -> list[int]:
    """Return the postings of a cluster."""
    on.execute("SELECT id FROM posting WHERE cluster_id = %s ORDER BY id", (cluster_id,))
    return [posting_id for (posting_id,) in on.fetchall()]


def suppression(on: "cursor", address: str) -> list[tuple[str, datetime, datetime | None, str]]:
    """Return (reason, since, until, detail) of what stands for an address."""
    on.execute(
        """
        SELECT reason, since, until, detail FROM suppression
        WHERE address = %s AND lifted_at IS NULL ORDER BY since
        """,
        (address,),
    )
    return on.fetchall()


def twins(on: "cursor", edition_id: int, address: str) -> list[str]:
    """Return the LMS ids of an edition's students who get the mail of an address."""
    on.execute(
        """
        SELECT lms_id FROM delivery JOIN student ON student.id = student_id
        WHERE edition_id = %s AND address = %s AND state <> 'skipped' ORDER BY lms_id
        """,
        (edition_id, address),
    )
    return [lms_id for (lms_id,) in on.fetchall()]
