"""A Form's rows → refusals, feedback, and what nobody can act on as it stands. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailer_cli.forms.columns import Columns, DriftedHeader, Meaning, read_header, speaks_of_consent
from mailer_cli.forms.stamps import in_utc, read_stamp
from mailer_cli.settingstable import ADDRESS

Values = Sequence[Sequence[str]]  # the header, then the rows
BETWEEN = re.compile(r"[\s,;/]+")
FEW = 3  # so few answers may all be misspelt


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody refuses the mail for an address (folded); `answered` names the answer, `answered_at` is aware."""

    address: str
    answered: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's answers: question -> answer."""

    answered_at: datetime
    course: str
    answers: dict[str, str]

    @property
    def digest(self) -> str:
        """Return what tells this answer from others."""
        return digest_of({"at": in_utc(self.answered_at), "course": self.course} | self.answers)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An answer (column -> words) that a person must settle, and why."""

    answer: dict[str, str]
    problem: str

    @property
    def digest(self) -> str:
        """Return what tells this answer from others."""
        return digest_of(self.answer)


@dataclass(slots=True)
class Answers:
    """What one reading found."""

    header: tuple[str, ...]
    count: int = 0
    refused: list[Refused] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    ignored: tuple[str, ...] = ()  # columns that nothing is done with


def read_refusals(values: Values) -> Answers:
    """Read the unsubscribe Form's answers.

    DriftedHeader when the time or the address has no column, when two columns mean the same, when a column speaks of
    consent, or when most of the addresses are none: the column then means something else.
    """
    header, rows = _split(values)
    columns = read_header(header, (Meaning.ANSWERED, Meaning.ADDRESS))
    ignored = tuple(name for _, name in columns.questions)
    if consenting := [name for name in ignored if speaks_of_consent(name)]:
        raise DriftedHeader(
            f"column {consenting[0]!r} may turn a refusal into its opposite; nobody is signed up by this Form: take "
            "the question out, or rename it"
        )
    found = Answers(header, len(rows), ignored=ignored)
    for row in rows:
        _read_refusal(found, columns, row)
    if len(rows) > FEW and len(found.quarantined) * 2 > len(rows):
        name = header[columns.places[Meaning.ADDRESS]]
        raise DriftedHeader(f"column {name!r}: {len(found.quarantined)} of {len(rows)} answers hold no address")
    return found


def read_feedback(values: Values) -> Answers:
    """Read the survey's answers: every column but time, course, name and address is a question.

    Names and addresses are not taken. DriftedHeader when the time has no column or there is no question.
    """
    header, rows = _split(values)
    columns = read_header(header, (Meaning.ANSWERED,))
    if not columns.questions:
        raise DriftedHeader("there is no question among the columns; is this the survey's Sheet?")
    personal = [header[columns.places[what]] for what in (Meaning.NAME, Meaning.ADDRESS) if what in columns.places]
    found = Answers(header, len(rows), ignored=tuple(personal))
    for row in rows:
        _read_feedback(found, columns, row)
    return found


def addresses_in(words: str) -> list[str] | None:
    """Return the folded addresses of a cell, or None when some of it is no address."""
    parts = BETWEEN.split(unicodedata.normalize("NFKC", words).strip().removeprefix("mailto:").lower())
    sound = all(ADDRESS.fullmatch(part) and ".." not in part and len(part) <= 254 for part in parts)
    return list(dict.fromkeys(parts)) if sound else None


def digest_of(answer: dict[str, str]) -> str:
    """Return a short name of an answer that is the same at every reading."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _split(values: Values) -> tuple[tuple[str, ...], list[list[str]]]:
    clean = [[str(word).replace("\x00", "") for word in row] for row in values]
    header = tuple(word.strip() for word in clean[0]) if clean else ()
    return header, [row for row in clean[1:] if any(word.strip() for word in row)]


def _read_refusal(found: Answers, columns: Columns, row: list[str]) -> None:
    addresses = addresses_in(columns.word(row, Meaning.ADDRESS))
    if addresses is None:
        found.quarantined.append(Quarantined(_whole(found.header, row), "no address"))
        return
    words = columns.word(row, Meaning.ANSWERED)
    instant = read_stamp(words)
    answered = in_utc(instant) if instant else words
    found.refused += [Refused(address, answered, instant) for address in addresses]


def _read_feedback(found: Answers, columns: Columns, row: list[str]) -> None:
    instant = read_stamp(columns.word(row, Meaning.ANSWERED))
    answers = {name: row[place].strip() for place, name in columns.questions if place < len(row) and row[place].strip()}
    if instant is None:
        found.quarantined.append(Quarantined(answers, f"no time: {columns.word(row, Meaning.ANSWERED)!r}"))
        return
    found.feedback.append(Feedback(instant, columns.word(row, Meaning.COURSE), answers))


def _whole(header: tuple[str, ...], row: list[str]) -> dict[str, str]:
    return {name or f"column {place}": row[place] for place, name in enumerate(header, start=0) if place < len(row)}
