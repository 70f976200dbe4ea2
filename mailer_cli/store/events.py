"""Events as they are stored: once each, matched to their mail where it is known; and what could not be read."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import execute_values

from mailer_cli.events.told import Verdict
from mailer_cli.records import DeliveryState
from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

READERS_LOCK = 0x4A4D_4556  # one batch at a time: what a batch derives, it derives from all earlier ones
NEW = (
    "digest", "kind", "source", "delivery_id", "message_id", "occurred_at", "reader", "reader_why", "link",
    "posting_id", "detail",
)  # fmt: skip
NAMES = ", ".join(NEW)
STAGE = f"CREATE TEMP TABLE IF NOT EXISTS told ON COMMIT DELETE ROWS AS SELECT {NAMES} FROM mail_event WITH NO DATA"  # noqa: S608
STORED = "digest, kind, source, occurred_at, mail_event.message_id, detail, delivery_id::text"
MAIL = """
    SELECT delivery.id::text, edition_id, edition.course_id, address, delivery.state, message_id, lower(email)
    FROM delivery JOIN edition ON edition.id = edition_id JOIN student ON student.id = student_id
"""
LISTED = ("id", "kind", "source", "message_id", "occurred_at", "received_at", "detail")


@dataclass(frozen=True, slots=True)
class Mail:
    """A delivery as an event finds it; its address, and its student's of today, are folded."""

    delivery_id: str
    edition_id: int
    course_id: int
    address: str
    state: DeliveryState
    message_id: str | None
    address_today: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An event that stands in the database, of a mail that is known."""

    digest: bytes
    kind: str
    source: str
    at: datetime
    message_id: str | None
    detail: dict[str, Any]
    delivery_id: str


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it is written; one of no mail has an empty delivery id."""

    stored: Stored
    verdict: Verdict | None
    link: str | None
    posting_id: int | None

    def columns(self) -> tuple[object, ...]:
        """Return the values in the order of NEW."""
        event, verdict = self.stored, self.verdict
        reader, why = (verdict.reader, verdict.why) if verdict else (None, None)
        return (
            f"\\x{event.digest.hex()}", event.kind, event.source, event.delivery_id or None, event.message_id,
            event.at.isoformat(), reader, why, self.link, self.posting_id, json.dumps(event.detail),
        )  # fmt: skip


def one_at_a_time(on: "cursor") -> None:
    """Wait until no other reader is in the middle of a batch; holds until the transaction ends."""
    on.execute("SELECT pg_advisory_xact_lock(%s)", (READERS_LOCK,))


def mails(on: "cursor", delivery_ids: Collection[str]) -> dict[str, Mail]:
    """Return those of some deliveries that exist, by their ids."""
    on.execute(f"{MAIL} WHERE delivery.id = ANY(%s::uuid[])", (list(delivery_ids),))
    return {row[0]: _mail(row) for row in on.fetchall()}


def mails_by_message(on: "cursor", message_ids: Collection[str]) -> dict[str, Mail]:
    """Return the deliveries that a provider knows by some ids of its own, by these."""
    on.execute(f"{MAIL} WHERE message_id = ANY(%s) ORDER BY delivery.id DESC", (list(message_ids),))
    return {row[5]: _mail(row) for row in on.fetchall()}


def _mail(row: tuple[Any, ...]) -> Mail:
    delivery_id, edition_id, course_id, address, state, message_id, address_today = row
    return Mail(delivery_id, edition_id, course_id, address, DeliveryState(state), message_id, address_today)


def write(on: "cursor", rows: Iterable[Row], now: datetime) -> dict[bytes, bool]:
    """Store events and return the digests of those that are new (True), or were told without their mail (False).

    One happening may be told in two shapes, of which one alone names the mail.
    """
    text = io.StringIO()
    csv.writer(text).writerows(row.columns() for row in rows)
    text.seek(0)
    on.execute(STAGE)
    on.copy_expert("COPY told FROM STDIN (FORMAT csv)", text)
    on.execute(
        f"""
        INSERT INTO mail_event AS known ({NAMES}, received_at) SELECT {NAMES}, %s FROM told
        ON CONFLICT (digest) DO UPDATE
            SET delivery_id = EXCLUDED.delivery_id, link = EXCLUDED.link, posting_id = EXCLUDED.posting_id
            WHERE known.delivery_id IS NULL AND EXCLUDED.delivery_id IS NOT NULL
        RETURNING digest, xmax = 0
        """,  # noqa: S608
        (now,),
    )
    return {bytes(digest): new for digest, new in on.fetchall()}


def keep_unread(on: "cursor", rows: Sequence[tuple[bytes, str, str]], now: datetime) -> int:
    """Keep (digest, problem, masked body) of messages that are no events; return how many are new."""
    if not rows:
        return 0
    kept = execute_values(
        on,
        """
        INSERT INTO unread_event (digest, problem, body, received_at) VALUES %s
        ON CONFLICT (digest) DO NOTHING RETURNING id
        """,
        [(*row, now) for row in rows],
        fetch=True,
    )
    return len(kept)


def find_owners(on: "cursor", message_ids: Collection[str] | None = None, latest: int = 10_000) -> list[Stored]:
    """Match what was stored without a mail and whose provider's id is known by now; return it.

    Of some such ids, or of the latest unmatched events.
    """
    on.execute(
        f"""
        WITH waiting AS (
            SELECT id, message_id FROM mail_event
            WHERE delivery_id IS NULL AND message_id IS NOT NULL
              AND (%(ids)s::text[] IS NULL OR message_id = ANY(%(ids)s))
            ORDER BY id DESC LIMIT %(latest)s
        )
        UPDATE mail_event SET delivery_id = delivery.id
        FROM waiting JOIN delivery ON delivery.message_id = waiting.message_id
        WHERE mail_event.id = waiting.id
        RETURNING {STORED}
        """,  # noqa: S608
        {"ids": None if message_ids is None else list(message_ids), "latest": latest},
    )
    return [_stored(row) for row in on.fetchall()]


def of_unknown(on: "cursor") -> list[Stored]:
    """Return the stored events of deliveries of which nobody knows whether they went.

    An event that came while its delivery could not move, as in a database that was restored, counts once it can.
    """
    on.execute(
        f"""
        SELECT {STORED} FROM delivery JOIN mail_event ON delivery_id = delivery.id
        WHERE delivery.state = 'unknown' ORDER BY mail_event.id
        """  # noqa: S608
    )
    return [_stored(row) for row in on.fetchall()]


def _stored(row: tuple[Any, ...]) -> Stored:
    return Stored(bytes(row[0]), *row[1:])


def unmatched(on: "cursor", most: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many events belong to no mail of ours, and the latest of them."""
    on.execute("SELECT count(*) FROM mail_event WHERE delivery_id IS NULL")
    (total,) = the_row(on)
    on.execute(
        f"SELECT {', '.join(LISTED)} FROM mail_event WHERE delivery_id IS NULL ORDER BY id DESC LIMIT %s",  # noqa: S608
        (most,),
    )
    return total, [dict(zip(LISTED, row, strict=True)) for row in on.fetchall()]


def unread(on: "cursor", most: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many messages could not be read, and the latest of them."""
    on.execute("SELECT count(*) FROM unread_event")
    (total,) = the_row(on)
    names = ("id", "problem", "body", "received_at")
    on.execute(f"SELECT {', '.join(names)} FROM unread_event ORDER BY id DESC LIMIT %s", (most,))  # noqa: S608
    return total, [dict(zip(names, row, strict=True)) for row in on.fetchall()]
