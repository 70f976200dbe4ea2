"""The Forms' answers: when they were read, who refused, what must be settled, what readers think."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extras import Json, execute_values

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def record_reading(
    on: "cursor", form: str, source: str, now: datetime, header: Sequence[str], answers: int, problem: str | None
) -> None:
    """Remember that a Form's answers were read, or why they were not."""
    on.execute(
        "INSERT INTO form_reading (form, source, read_at, header, answers, problem) VALUES (%s, %s, %s, %s, %s, %s)",
        (form, source, now, list(header), answers, problem),
    )


def latest_reading(on: "cursor", form: str, sound: bool = False) -> tuple[datetime, str | None, list[str], int] | None:
    """Return (when, problem, header, answers) of the latest reading, or of the latest without a problem."""
    on.execute(
        """
        SELECT read_at, problem, header, answers FROM form_reading
        WHERE form = %s AND (NOT %s OR problem IS NULL) ORDER BY id DESC LIMIT 1
        """,
        (form, sound),
    )
    return on.fetchone()


def new_refusals(
    on: "cursor", rows: Iterable[tuple[str, str, datetime | None]], now: datetime
) -> list[tuple[str, datetime | None]]:
    """Keep (folded address, answered, instant) and return those (address, instant) to be suppressed.

    Answers that were read before are not returned, nor those given before a suppression of the address was lifted:
    the person has consented anew since.
    """
    added = execute_values(
        on,
        """
        INSERT INTO refusal (address, answered, answered_at, first_read_at) VALUES %s
        ON CONFLICT DO NOTHING RETURNING address, answered_at
        """,
        [(*row, now) for row in rows],
        page_size=1000,
        fetch=True,
    )
    on.execute(
        "SELECT address, max(lifted_at) FROM suppression WHERE lifted_at IS NOT NULL AND address = ANY(%s) GROUP BY 1",
        ([address for address, _ in added],),
    )
    lifted = dict(on.fetchall())
    return [(address, at) for address, at in added if at is None or address not in lifted or at > lifted[address]]


def quarantine(on: "cursor", form: str, rows: Iterable[tuple[dict[str, str], str, str]], now: datetime) -> int:
    """Keep (answer, digest, problem) for a person to settle; return how many are new."""
    added = execute_values(
        on,
        """
        INSERT INTO form_quarantine (form, answer, digest, problem, first_read_at) VALUES %s
        ON CONFLICT (form, digest) DO NOTHING RETURNING id
        """,
        [(form, Json(answer), digest, problem, now) for answer, digest, problem in rows],
        fetch=True,
    )
    return len(added)


def unsettled(on: "cursor", form: str) -> list[tuple[int, dict[str, str], str, datetime]]:
    """Return (id, answer, problem, first read) of what nobody has settled."""
    on.execute(
        """
        SELECT id, answer, problem, first_read_at FROM form_quarantine
        WHERE form = %s AND settled_at IS NULL ORDER BY id
        """,
        (form,),
    )
    return on.fetchall()


def settle(on: "cursor", quarantine_id: int, how: str, now: datetime) -> bool:
    """Say how a person settled an answer; False when there is none of that id, or it was settled before."""
    on.execute(
        "UPDATE form_quarantine SET settled_at = %s, settled_how = %s WHERE id = %s AND settled_at IS NULL",
        (now, how, quarantine_id),
    )
    return on.rowcount == 1


def add_feedback(on: "cursor", rows: Iterable[tuple[datetime, str, dict[str, str], str]], now: datetime) -> int:
    """Keep (answered at, course, answers, digest); return how many are new."""
    added: list[Any] = execute_values(
        on,
        """
        INSERT INTO feedback (answered_at, course, answers, digest, first_read_at) VALUES %s
        ON CONFLICT (digest) DO NOTHING RETURNING id
        """,
        [(at, course, Json(answers), digest, now) for at, course, answers, digest in rows],
        fetch=True,
    )
    return len(added)


def record_override(on: "cursor", command: str, problem: str, reason: str, now: datetime) -> None:
    """Remember that an operator went on without fresh refusals, and why."""
    on.execute(
        "INSERT INTO refusals_override (command, problem, reason, said_at) VALUES (%s, %s, %s, %s)",
        (command, problem, reason, now),
    )
