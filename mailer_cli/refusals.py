"""The Forms' answers taken into the database, and whether the refusals are fresh enough to mail anybody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.errors import DataError
from mailer_cli.config import MailSettings
from mailer_cli.forms.answers import Answers, Values, read_feedback, read_refusals
from mailer_cli.screen import when
from mailer_cli.store import forms, suppressions

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading brought: new answers, and among the refusals how many addresses were not suppressed yet."""

    answers: Answers
    new: int
    suppressed: int
    quarantined: int
    header_before: tuple[str, ...] | None  # of the last reading that was taken; None: this is the first


def refusals_problem(on: "cursor", settings: MailSettings, now: datetime) -> str | None:
    """Return in one line why mail must wait for the refusals, with the remedy, or None: call it before mailing anybody.

    A problem is: a Sheet is set (SHEET_ID) and was never read; the latest reading failed or its header had drifted; or
    it is older than [forms] read_within_hours. A school without a Sheet that never imported a CSV has no refusals Form.
    Reads only. Who goes on nevertheless gives a reason: see `mind_refusals`.
    """
    remedy = "run `mailer refusals pull`" if settings.forms.refusals_sheet else "run `mailer refusals import FILE.csv`"
    latest = forms.latest_reading(on, "refusals")
    if latest is None:
        return f"the refusals were never read; {remedy}" if settings.forms.refusals_sheet else None
    read_at, problem, _, _ = latest
    if problem:
        return f"the refusals could not be taken on {when(read_at)}: {problem}; mend it and {remedy}"
    hours = settings.forms.read_within_hours
    if read_at < now - timedelta(hours=hours):
        return f"the refusals were read on {when(read_at)}, longer than {hours} h ago; {remedy}"
    return None


def mind_refusals(on: "cursor", settings: MailSettings, now: datetime, command: str, reason: str | None) -> str | None:
    """Raise DataError when the refusals are no base for mail, unless an operator gives a reason, which is kept.

    Returns the problem that was overruled, for the operator to see, or None.
    """
    problem = refusals_problem(on, settings, now)
    if problem is None:
        return None
    if not reason or not reason.strip():
        raise DataError(f'{problem}; --refusals-stale "why" goes on without')
    forms.record_override(on, command, problem, reason.strip(), now)
    return problem


def take_refusals(database: "connection", source: str, read: Callable[[], Values], now: datetime) -> Taken:
    """Take the rows that `read` returns into suppressions and quarantine.

    A DataError of reading or of the header is remembered, then raised. Reading the same answers again changes nothing.
    Nobody is signed up: a row that vanishes from the Sheet stays refused.
    """
    answers, before = _read(database, "refusals", source, read, read_refusals, now)
    with database, database.cursor() as on:
        rows = [(refused.address, refused.answered, refused.answered_at) for refused in answers.refused]
        new = forms.new_refusals(on, rows, now)
        added = suppressions.add(on, "form", [(address, "the unsubscribe Form", at or now) for address, at in new])
        held = _finish(on, "refusals", source, answers, now)
    return Taken(answers, len(new), added, held, before)


def take_feedback(database: "connection", source: str, read: Callable[[], Values], now: datetime) -> Taken:
    """Take the rows that `read` returns into the feedback; as `take_refusals` does."""
    answers, before = _read(database, "feedback", source, read, read_feedback, now)
    with database, database.cursor() as on:
        rows = [(each.answered_at, each.course, each.answers, each.digest) for each in answers.feedback]
        new = forms.add_feedback(on, rows, now)
        held = _finish(on, "feedback", source, answers, now)
    return Taken(answers, new, 0, held, before)


def _read(
    database: "connection",
    form: str,
    source: str,
    read: Callable[[], Values],
    mapper: Callable[[Values], Answers],
    now: datetime,
) -> tuple[Answers, tuple[str, ...] | None]:
    header: Sequence[str] = ()
    with database, database.cursor() as on:
        before = forms.latest_reading(on, form, sound=True)
    try:
        values = read()
        header = values[0] if values else ()
        return mapper(values), tuple(before[2]) if before else None
    except DataError as error:
        with database, database.cursor() as on:
            forms.record_reading(on, form, source, now, header, 0, str(error))
        raise


def _finish(on: "cursor", form: str, source: str, answers: Answers, now: datetime) -> int:
    """Quarantine what must be settled, remember the reading, and return how many answers are newly quarantined."""
    held = [(each.answer, each.digest, each.problem) for each in answers.quarantined]
    forms.record_reading(on, form, source, now, answers.header, answers.count, None)
    return forms.quarantine(on, form, held, now)
