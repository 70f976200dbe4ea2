"""Which editions may be sent at an instant: the guard against early and late mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailer_cli.config import MailSettings
from mailer_cli.records import Edition, EditionState
from mailer_cli.slots import next_slot
from mailer_cli.store import editions, holds, home, postings

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

SENDABLE = (EditionState.CHECKED, EditionState.SENDING)


@dataclass(frozen=True, slots=True)
class Due:
    """The editions to send now, those too long after their slot, not checked lately, paused, not approved (and why)."""

    ready: tuple[Edition, ...]
    late: tuple[Edition, ...]
    unchecked: tuple[Edition, ...]
    paused: tuple[Edition, ...]
    unapproved: Mapping[Edition, str] = field(default_factory=dict)


def due(on: "cursor", now: datetime, settings: MailSettings, *, early: bool, slot: datetime | None, late: bool) -> Due:
    """Return what is due: slots that have come, and with `early` the next one too.

    A slot is too late after `late_after_hours`, and at once when it came before a restored database was adopted: it
    may have been sent after the backup. `late` lets such editions out, and so does a reason that was given before.
    A check counts when it was made within `checked_within_hours` before the slot, or before now where mail goes early,
    and while the course is sent none of its postings by another edition.
    """
    until = max(slot or now, next_slot(now, settings.slots)) if early else now
    found = editions.find(on, (*SENDABLE, EditionState.PLANNED), slot=slot, until=until)
    ids = [edition.id for edition in found]
    paused, excused = holds.paused(on, ids), holds.excused(on, ids)
    in_time_since = now - timedelta(hours=settings.late_after_hours)
    oldest = max(in_time_since, home.adopted_at(on) or in_time_since)
    active = [edition for edition in found if edition.id not in paused]
    fresh = timedelta(hours=settings.checked_within_hours)
    sendable = [edition for edition in active if _checked(edition, min(now, edition.slot) - fresh)]
    in_time = [edition for edition in sendable if late or edition.id in excused or edition.slot >= oldest]
    again = postings.repeating(on, [edition.id for edition in in_time], settings.memory_months)
    ready = [edition for edition in in_time if edition.id not in again]
    return Due(
        ready=tuple(ready),
        late=tuple(edition for edition in sendable if edition not in in_time),
        unchecked=tuple(
            edition
            for edition in active
            if edition.id in again or (edition not in sendable and (late or edition.slot >= oldest))
        ),
        paused=tuple(edition for edition in found if edition.id in paused),
    )


def _checked(edition: Edition, since: datetime) -> bool:
    """Tell whether an edition's postings were looked at since an instant; one on its way is not looked at again."""
    looked = edition.state is EditionState.CHECKED and edition.checked_at is not None and edition.checked_at >= since
    return looked or edition.state is EditionState.SENDING
