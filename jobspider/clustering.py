"""Clusters in the database: found for what is new, kept under their smallest posting's id, overruled by persons."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg2.extras import execute_values, register_uuid

from jobdb.errors import DataError
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Employment, Posting, Region
from jobspider.clusters import Likeness, Verdicts, cluster, likeness

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

LOCK = 3_141_003  # one program at a time moves postings between clusters

DUE = "SELECT id FROM posting WHERE clustered_at IS NULL OR %s ORDER BY id"
LIKENESSES = """
    SELECT id, board, board_id, company, title, regions, career_kind, career_min, career_max, deadline_kind,
        deadline_at, employment
    FROM posting WHERE id = ANY(%s)
"""
# Who is, or may be by rule, in one cluster with these.
MATES = "SELECT id FROM posting WHERE cluster_id IN (SELECT cluster_id FROM posting WHERE id = ANY(%(ids)s))"
NEAR = """
    SELECT there.posting_id FROM cluster_key here JOIN cluster_key there USING (key)
        WHERE here.posting_id = ANY(%(ids)s)
    UNION SELECT other_id FROM cluster_verdict WHERE posting_id = ANY(%(ids)s) AND verdict = 'same'
    UNION SELECT posting_id FROM cluster_verdict WHERE other_id = ANY(%(ids)s) AND verdict = 'same'
"""
VERDICTS = "SELECT posting_id, other_id FROM cluster_verdict WHERE verdict = %s AND posting_id = ANY(%s)"
MOVE = """
    UPDATE posting SET cluster_id = found.cluster_id, clustered_at = found.at
    FROM (VALUES %s) AS found (id, cluster_id, at)
    WHERE posting.id = found.id AND (posting.cluster_id <> found.cluster_id OR posting.clustered_at IS NULL)
    RETURNING posting.id
"""
SAY = """
    INSERT INTO cluster_verdict (posting_id, other_id, verdict, said_by, said_at) VALUES %s
    ON CONFLICT (least(posting_id, other_id), greatest(posting_id, other_id)) DO UPDATE SET
        posting_id = EXCLUDED.posting_id, other_id = EXCLUDED.other_id, verdict = EXCLUDED.verdict,
        said_by = EXCLUDED.said_by, said_at = EXCLUDED.said_at
"""
SEVERAL = """
    SELECT cluster_id, json_agg(json_build_object('id', id, 'board', board, 'title', title, 'company', company,
        'url', url, 'open', closed_at IS NULL) ORDER BY id)
    FROM posting GROUP BY cluster_id HAVING count(*) > 1 ORDER BY cluster_id DESC
"""


def assign(database: "connection", now: datetime, everything: bool = False) -> int:
    """Find the clusters of postings that are new or changed, in one transaction; return how many postings were placed.

    Only postings within their reach are read. `everything` starts from all postings: after the rules have changed.
    Running it again changes nothing.
    """
    with database, database.cursor() as on:
        _lock(on)
        on.execute(DUE, (everything,))
        due = _ids(on)
        around = _ask(on, MATES, due) | _ask(on, NEAR, due)  # before the change, too
        likenesses = _likenesses(on, due)
        _write_keys(on, likenesses)
        return _settle(on, [*due, *around], now, likenesses)


def merge(database: "connection", posting_id: int, other_id: int, said_by: str, now: datetime) -> None:
    """Remember that two postings are one, for ever or until a person says otherwise. Raises DataError."""
    if posting_id == other_id:
        raise DataError(f"posting {posting_id} cannot be merged with itself; name two postings")
    with database, database.cursor() as on:
        _lock(on)
        one, other = _members(on, posting_id), _members(on, other_id)
        on.execute(
            """
            DELETE FROM cluster_verdict WHERE verdict = 'different' AND (
                (posting_id = ANY(%(one)s) AND other_id = ANY(%(other)s))
                OR (posting_id = ANY(%(other)s) AND other_id = ANY(%(one)s)))
            """,
            {"one": one, "other": other},
        )
        execute_values(on, SAY, [(posting_id, other_id, "same", said_by, now)])
        _settle(on, [*one, *other], now)


def split(database: "connection", posting_id: int, said_by: str, now: datetime) -> None:
    """Take a posting out of its cluster for good: no rule puts it into another. Raises DataError."""
    with database, database.cursor() as on:
        _lock(on)
        members = _members(on, posting_id)
        if len(members) == 1:
            raise DataError(f"posting {posting_id} is alone in its cluster; there is nothing to take it out of")
        others = [member for member in members if member != posting_id]
        execute_values(on, SAY, [(posting_id, other, "different", said_by, now) for other in others])
        _settle(on, members, now)


def several(database: "connection") -> list[dict[str, Any]]:
    """Return the clusters of more than one posting, newest first: {id, postings: [{id, board, title, …, open}]}."""
    with database, database.cursor() as on:
        on.execute(SEVERAL)
        return [{"id": cluster_id, "postings": postings} for cluster_id, postings in on.fetchall()]


def _settle(on: "cursor", start: Sequence[int], now: datetime, read: Sequence[Likeness] = ()) -> int:
    """Cluster everything within reach of some postings, some of them read already, and write what moved."""
    reached = _within_reach(on, start)
    unread = sorted(reached - {like.key for like in read})
    clusters = cluster([*read, *_likenesses(on, unread)], _verdicts(on, sorted(reached)))
    places = [(key, min(members), now) for members in clusters for key in members]  # type: ignore[type-var]  # ids
    moved = execute_values(on, MOVE, sorted(places), template="(%s, %s, %s::timestamptz)", fetch=True)
    return len(moved)


def _within_reach(on: "cursor", start: Iterable[int]) -> set[int]:
    reached: set[int] = set()
    frontier = set(start)
    while frontier:
        reached |= frontier
        frontier = _ask(on, NEAR, sorted(frontier)) - reached
    return reached


def _likenesses(on: "cursor", ids: Sequence[int]) -> list[Likeness]:
    on.execute(LIKENESSES, (list(ids),))
    return [_likeness(row) for row in on.fetchall()]


def _likeness(row: tuple[Any, ...]) -> Likeness:
    posting_id, board, board_id, company, title, regions, career, least, most, kind, at, employment = row
    posting = Posting(
        board, board_id, "", title, company, "",
        deadline=Deadline(DeadlineKind(kind), at),
        career=Career(CareerKind(career), least, most),
        employment=tuple(Employment(word) for word in employment),
        regions=tuple(Region(*place) for place in regions),
    )  # fmt: skip
    return likeness(posting, posting_id)


def _write_keys(on: "cursor", likenesses: Iterable[Likeness]) -> None:
    register_uuid(conn_or_curs=on)
    keys = {like.key: [_digest(block) for block in like.blocks] for like in likenesses}
    on.execute("DELETE FROM cluster_key WHERE posting_id = ANY(%s)", (list(keys),))
    rows = [(posting_id, key) for posting_id, digests in keys.items() for key in digests]
    execute_values(on, "INSERT INTO cluster_key (posting_id, key) VALUES %s", rows, page_size=1000)


def _digest(block: str) -> UUID:
    return UUID(bytes=hashlib.blake2b(block.encode("utf-8", "surrogatepass"), digest_size=16).digest())


def _verdicts(on: "cursor", ids: Sequence[int]) -> Verdicts:
    found = []
    for verdict in ("same", "different"):
        on.execute(VERDICTS, (verdict, list(ids)))
        found.append(frozenset(on.fetchall()))
    return Verdicts(same=found[0], apart=found[1])


def _members(on: "cursor", posting_id: int) -> list[int]:
    on.execute(
        "SELECT id FROM posting WHERE cluster_id = (SELECT cluster_id FROM posting WHERE id = %s)", (posting_id,)
    )
    members = _ids(on)
    if not members:
        raise DataError(f"there is no posting {posting_id}; `scrapy clusters` lists ids")
    return members


def _ask(on: "cursor", question: str, ids: Sequence[int]) -> set[int]:
    on.execute(question, {"ids": list(ids)})
    return set(_ids(on))


def _ids(on: "cursor") -> list[int]:
    return [posting_id for (posting_id,) in on.fetchall()]


def _lock(on: "cursor") -> None:
    on.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
