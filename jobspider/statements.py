"""The crawler's SQL."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import Json

from jobdb.posting import Posting, PostingState
from jobspider.batches import Upsert, array, copy
from jobspider.items import Sighting, Verdict

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

    from jobspider.store import CrawlStore

# A card that comes back after its posting was closed reopens it: periods get extended.
POSTINGS = Upsert(
    "posting",
    (
        "board", "board_id", "url", "title", "company", "company_key", "deadline_kind", "deadline_at", "career_kind",
        "career_min", "career_max", "education", "employment", "regions", "remote", "posted_on", "pay", "skills",
        "body", "image_only", "raw", "first_seen", "last_seen",
    ),
    kept={"first_seen"},
    nullable={"deadline_at", "career_min", "career_max", "posted_on"},
    also=", unlisted_at = NULL, closed_at = NULL, closed_reason = NULL",
)  # fmt: skip
SIGHTINGS = Upsert(
    "sighting",
    ("board", "board_id", "title", "company", "card_hash", "outcome", "first_seen", "last_seen"),
    kept={"first_seen"},
)

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def write_postings(on: "cursor", postings: Sequence[Posting], at: datetime) -> None:
    """Insert or update postings, and replace the tracks that want them."""
    if not postings:
        return
    now = at.isoformat()
    written = POSTINGS.write(on, (row_of(posting, now) for posting in postings), returning="board, board_id, id")
    ids = {(board, board_id): posting_id for board, board_id, posting_id in written}
    tracks = {
        (ids[posting.board, posting.board_id], track): list(words)
        for posting in postings
        for track, words in posting.tracks.items()
    }
    _replace_tracks(on, list(ids.values()), tracks)


def _replace_tracks(on: "cursor", ids: list[int], tracks: dict[tuple[int, str], list[str]]) -> None:
    """Make these, (posting id, track) -> words, all the tracks that postings have; what stays is not touched."""
    on.execute("SELECT posting_id, track, words FROM posting_track WHERE posting_id = ANY(%s)", (ids,))
    standing = {(posting_id, track): words for posting_id, track, words in on.fetchall()}
    if gone := [key for key, words in standing.items() if tracks.get(key) != words]:
        on.execute("DELETE FROM posting_track WHERE (posting_id, track) IN %s", (tuple(gone),))
    new = ((*key, array(words)) for key, words in tracks.items() if standing.get(key) != words)
    copy(on, "posting_track (posting_id, track, words)", new, filled=["track", "words"])


def row_of(posting: Posting, at: str) -> tuple[Any, ...]:
    """Return a posting as a row of POSTINGS, seen at an instant in ISO 8601."""
    regions = [[region.sido, region.sigungu] for region in posting.regions]
    return (
        posting.board, posting.board_id, posting.url, posting.title, posting.company, posting.company_key,
        posting.deadline.kind, posting.deadline.at, posting.career.kind, posting.career.min_years,
        posting.career.max_years, posting.education, array(posting.employment), _json(regions), posting.remote,
        posting.posted_on, posting.pay, array(posting.skills), posting.body, posting.image_only, _json(posting.raw),
        at, at,
    )  # fmt: skip


def _json(words: Any) -> str:
    return _ENCODER.encode(words)


def write_sightings(on: "cursor", board: str, sightings: Sequence[tuple[str, Sighting]], at: datetime) -> None:
    """Remember cards that lists have shown, with what became of each."""
    if not sightings:
        return
    now = at.isoformat()
    rows = (
        (board, board_id, seen.title, seen.company, seen.card_hash, seen.outcome, now, now)
        for board_id, seen in sightings
    )
    SIGHTINGS.write(on, rows)


def touch(on: "cursor", board: str, board_ids: Sequence[str], at: datetime) -> None:
    """Note that lists still show these cards as they were."""
    on.execute(
        "UPDATE sighting SET last_seen = %s WHERE board = %s AND board_id = ANY(%s)", (at, board, list(board_ids))
    )
    on.execute(
        "UPDATE posting SET last_seen = %s, unlisted_at = NULL WHERE board = %s AND board_id = ANY(%s)",
        (at, board, list(board_ids)),
    )


def write_verdict(on: "cursor", verdict: Verdict) -> None:
    """Record a re-check; `closed` closes the posting, `open` reopens it, `unknown` leaves it as it was."""
    on.execute(
        "INSERT INTO link_check (posting_id, state, evidence, checked_at) VALUES (%s, %s, %s, %s)",
        (verdict.posting_id, verdict.state, verdict.evidence, verdict.checked_at),
    )
    if verdict.state is PostingState.CLOSED:
        on.execute(
            "UPDATE posting SET closed_at = %s, closed_reason = %s WHERE id = %s AND closed_at IS NULL",
            (verdict.checked_at, verdict.evidence, verdict.posting_id),
        )
    elif verdict.state is PostingState.OPEN:
        on.execute("UPDATE posting SET closed_at = NULL, closed_reason = NULL WHERE id = %s", (verdict.posting_id,))


def begin_crawl(on: "cursor", store: "CrawlStore", at: datetime, made_up: bool) -> int:
    """Insert a crawl's row and return its id."""
    on.execute(
        "INSERT INTO crawl (spider, source, rules, deep, started_at, made_up, run_id) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (store.spider, store.source, store.rules, store.deep, at, made_up, store.run_id),
    )
    row = on.fetchone()
    assert row
    return int(row[0])


def finish_crawl(
    on: "cursor", store: "CrawlStore", at: datetime, requests: int, verdict: str, cause: str | None
) -> None:
    """Complete a crawl's row with its counts and its verdict."""
    on.execute(
        """
        UPDATE crawl SET source = %s, finished_at = %s, requests = %s, listed = %s, stored = %s, dropped = %s,
            unknown = %s, failures = %s, filled = %s, verdict = %s, cause = %s
        WHERE id = %s
        """,
        (
            store.source, at, requests, store.listed, store.stored, Json(store.dropped), Json(store.unknown),
            Json(store.failures), Json(store.filled), verdict, cause, store.crawl_id,
        ),
    )  # fmt: skip


def mark_unlisted(on: "cursor", board: str, since: datetime) -> int:
    """Mark open postings that lists have not shown since an instant; not being listed is no proof of being closed."""
    on.execute(
        """
        UPDATE posting SET unlisted_at = %s
        WHERE board = %s AND last_seen < %s AND closed_at IS NULL AND unlisted_at IS NULL
        """,
        (since, board, since),
    )
    return int(on.rowcount)
