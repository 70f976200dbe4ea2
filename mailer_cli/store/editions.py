"""Editions: planned, checked, refused, sent, and the postings chosen for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from mailer_cli.records import Course, Edition, EditionState
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def hold(on: "cursor", course_id: int, slot: datetime, now: datetime) -> Edition:
    """Return the course's edition of the slot, made when there is none, locked until the transaction ends."""
    on.execute(
        """
        INSERT INTO edition (course_id, slot, state, planned_at) VALUES (%s, %s, 'planned', %s)
        ON CONFLICT (course_id, slot) DO NOTHING
        """,
        (course_id, slot, now),
    )
    on.execute("SELECT id FROM edition WHERE course_id = %s AND slot = %s", (course_id, slot))
    return lock(on, the_row(on)[0])


def lock(on: "cursor", edition_id: int) -> Edition:
    """Return an edition as it is now, locked until the transaction ends."""
    on.execute("SELECT FROM edition WHERE id = %s FOR UPDATE", (edition_id,))
    return find(on, ids=[edition_id])[0]


def find(
    on: "cursor",
    states: Sequence[EditionState] | None = None,
    slot: datetime | None = None,
    after: datetime | None = None,
    until: datetime | None = None,
    ids: Sequence[int] | None = None,
) -> list[Edition]:
    """Return editions by slot and course: those in some states, of one slot, of the slots after and until instants."""
    wanted = {"states": states and list(states), "slot": slot, "after": after, "until": until, "ids": ids and list(ids)}
    on.execute(
        """
        SELECT edition.id, course_id, name, track, starts_on, ends_on, slot, state, reason, checked_at
        FROM edition JOIN course ON course.id = course_id
        WHERE (%(ids)s::bigint[] IS NULL OR edition.id = ANY(%(ids)s))
          AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s))
          AND (%(slot)s::timestamptz IS NULL OR slot = %(slot)s)
          AND (%(after)s::timestamptz IS NULL OR slot > %(after)s)
          AND (%(until)s::timestamptz IS NULL OR slot <= %(until)s)
        ORDER BY slot, name
        """,
        wanted,
    )
    return [Edition(row[0], row[1], Course(*row[2:6]), row[6], EditionState(row[7]), *row[8:]) for row in on.fetchall()]


def latest_slot(on: "cursor") -> datetime | None:
    """Return the latest slot that has editions."""
    on.execute("SELECT max(slot) FROM edition")
    slot: datetime | None = the_row(on)[0]
    return slot


def begin_anew(on: "cursor", edition_id: int, now: datetime) -> None:
    """Forget what was planned for an edition that is not yet sending: its postings and its deliveries."""
    forget_choice(on, edition_id)
    on.execute("DELETE FROM delivery WHERE edition_id = %s", (edition_id,))
    on.execute(
        "UPDATE edition SET state = 'planned', reason = NULL, checked_at = NULL, planned_at = %s WHERE id = %s",
        (now, edition_id),
    )


def write_market(on: "cursor", track: str, slot: datetime, passed: Mapping[tuple[str, str], Sequence[int]]) -> int:
    """Write what a track's editions of a slot pass over by (board, reason) and return the market's id."""
    on.execute("INSERT INTO market (track, slot) VALUES (%s, %s) RETURNING id", (track, slot))
    market_id: int = the_row(on)[0]
    over = [(market_id, *shelf, _array(ids)) for shelf, ids in passed.items()]
    execute_values(on, "INSERT INTO market_passed (market_id, board, reason, posting_ids) VALUES %s", over)
    return market_id


def forget_markets(on: "cursor", before: datetime) -> None:
    """Forget the markets of earlier slots that no edition goes by any more: it was planned or checked again."""
    on.execute(
        "DELETE FROM market WHERE slot < %s AND NOT EXISTS (SELECT FROM edition WHERE market_id = market.id)", (before,)
    )


def write_choice(
    on: "cursor",
    edition_id: int,
    market_id: int,
    chosen: Sequence[int],
    passed: Mapping[tuple[str, str], Sequence[int]],
    left: Mapping[tuple[str, str], int],
) -> None:
    """Write what an edition carries, in order, and what it passes over, in place of what stood.

    By (board, reason), `passed` has the postings that it passes over for reasons of its own, and `left` how many of the
    market's it passes over for the market's.
    """
    forget_choice(on, edition_id)
    rows = [(edition_id, posting_id, position) for position, posting_id in enumerate(chosen, start=1)]
    execute_values(on, "INSERT INTO edition_posting (edition_id, posting_id, position) VALUES %s", rows)
    over = [(edition_id, *shelf, len(ids), _array(ids)) for shelf, ids in passed.items()]
    shared = [(edition_id, *shelf, held, None) for shelf, held in left.items()]
    insert = "INSERT INTO edition_passed (edition_id, board, reason, held, posting_ids) VALUES %s"
    execute_values(on, insert, [*over, *shared])
    on.execute("UPDATE edition SET market_id = %s WHERE id = %s", (market_id, edition_id))


def forget_choice(on: "cursor", edition_id: int) -> None:
    """Forget what an edition carries and what it passed over."""
    on.execute("DELETE FROM edition_posting WHERE edition_id = %s", (edition_id,))
    on.execute("DELETE FROM edition_passed WHERE edition_id = %s", (edition_id,))
    on.execute("UPDATE edition SET market_id = NULL WHERE id = %s", (edition_id,))


def refuse(on: "cursor", edition_id: int, reason: str, now: datetime) -> None:
    """Refuse an edition: nothing of it is sent; who would have got it is skipped for that reason."""
    on.execute("UPDATE edition SET state = 'refused', reason = %s WHERE id = %s", (reason, edition_id))
    on.execute(
        """
        UPDATE delivery SET state = 'skipped', reason = %s, updated_at = %s
        WHERE edition_id = %s AND state IN ('planned', 'ready', 'held')
        """,
        (reason, now, edition_id),
    )


def pass_check(on: "cursor", edition_id: int, now: datetime) -> None:
    """Say that an edition's postings were looked at: its deliveries may go at the slot."""
    on.execute("UPDATE edition SET state = 'checked', checked_at = %s WHERE id = %s", (now, edition_id))
    on.execute(
        "UPDATE delivery SET state = 'ready', updated_at = %s WHERE edition_id = %s AND state = 'planned'",
        (now, edition_id),
    )


def begin_sending(on: "cursor", edition_ids: Sequence[int]) -> None:
    """Say that mails of checked editions are on their way: they can no longer be planned anew."""
    on.execute("UPDATE edition SET state = 'sending' WHERE id = ANY(%s) AND state = 'checked'", (list(edition_ids),))


def finish(on: "cursor") -> None:
    """Close the sending editions that have no mail left to send: sent, or refused when every student was skipped."""
    on.execute(
        """
        UPDATE edition SET (state, reason) = (
            SELECT CASE WHEN bool_and(state = 'skipped') THEN 'refused' ELSE 'sent' END,
                   CASE WHEN bool_and(state = 'skipped') THEN 'no_recipients' END
            FROM delivery WHERE edition_id = edition.id
        )
        WHERE state = 'sending' AND NOT EXISTS (
            SELECT FROM delivery
            WHERE edition_id = edition.id AND delivery.state IN ('planned', 'ready', 'sending', 'held')
        )
        """
    )


def _array(ids: Sequence[int]) -> str:
    return f"{{{','.join(map(str, ids))}}}"  # the driver would write a large list number by number
