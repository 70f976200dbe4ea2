"""What the columns of a Form's answers mean, by an alias table; a header that drifted stops the reading. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jobdb.errors import DataError


class Meaning(StrEnum):
    """What a column holds; every other column is a question of the Form."""

    ANSWERED = "when it was answered"
    ADDRESS = "the address"
    NAME = "the name"
    COURSE = "the course"


ALIASES = {
    Meaning.ANSWERED: ("타임스탬프", "제출 시간", "제출 일시", "응답 시간", "응답 일시", "timestamp", "submitted at"),
    Meaning.ADDRESS: (
        "이메일", "이메일 주소", "이메일주소", "메일", "메일 주소", "전자우편", "전자우편 주소", "수신 거부 이메일",
        "수신거부할 이메일 주소", "email", "e-mail", "email address", "e-mail address", "mail", "mail address",
    ),
    Meaning.NAME: ("이름", "성함", "성명", "name", "full name", "your name"),
    Meaning.COURSE: ("과정", "과정명", "교육 과정", "교육과정명", "수강 과정", "course", "course name"),
}  # fmt: skip
REQUIRED_MARK = re.compile(r"\((필수|required)\)|\*")
# A question like "메일을 다시 받으시겠습니까?" turns an answer into its opposite. The law's own consent to the use of
# personal data does not, nor does a reason for refusing.
CONSENT = re.compile(r"동의|재수신|재구독|재신청|다시받|수신희망|구독신청|구독희망|(?<!un)subscribe|optin|consent")
HARMLESS = re.compile(r"개인정보|철회|거부|해지|취소|중단|사유|이유|unsubscribe|optout")


class DriftedHeader(DataError):
    """The columns are not those that this program understands; nothing was taken."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each meaning stands, and the questions: (place, words)."""

    places: dict[Meaning, int]
    questions: tuple[tuple[int, str], ...]

    def word(self, row: Sequence[str], meaning: Meaning) -> str:
        """Return what a row says about a meaning; empty where the column is missing."""
        place = self.places.get(meaning)
        return row[place].strip() if place is not None and place < len(row) else ""


def read_header(header: Sequence[str], needed: Sequence[Meaning]) -> Columns:
    """Map a header; DriftedHeader when a needed column is missing or two columns mean the same."""
    places: dict[Meaning, int] = {}
    questions = []
    for place, name in enumerate(header):
        meaning = _meaning(name)
        if meaning in places:
            both = f"{header[places[meaning]]!r} and {name!r}"
            raise DriftedHeader(f"two columns hold {meaning}: {both}; take one out of the Form, or rename it")
        if meaning:
            places[meaning] = place
        elif name.strip():
            questions.append((place, name.strip()))
    for meaning in needed:
        if meaning not in places:
            raise DriftedHeader(
                f"no column holds {meaning} ({', '.join(ALIASES[meaning][:3])} …); the header is {_listed(header)}"
            )
    return Columns(places, tuple(questions))


def speaks_of_consent(question: str) -> bool:
    """Tell whether a column may turn a refusal into its opposite."""
    folded = _folded(question)
    return bool(CONSENT.search(folded)) and not HARMLESS.search(folded)


def _meaning(name: str) -> Meaning | None:
    folded = _folded(name)
    return next((meaning for meaning, names in ALIASES.items() if folded in map(_folded, names)), None)


def _folded(name: str) -> str:
    text = REQUIRED_MARK.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def _listed(header: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in header) or "empty"
