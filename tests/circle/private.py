"""What must get nowhere: students' addresses, names and telephone numbers, and readers' IP addresses, however spelt."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick

from sandbox import readers
from tests.infra import lambdaevents

IPS = (readers.ADDRESS, lambdaevents.ADDRESS)


@dataclass(frozen=True)
class Leak:
    """A private word that stands where it must not."""

    where: str
    word: str
    around: str


class Private:
    """Finds the private words of students (rows of a roster), in every spelling that a program may give them."""

    def __init__(self, students: Iterable[dict[str, str]], *others: str) -> None:
        words = {word for student in students for word in _words(student)} | {*IPS, *others}
        self._spelt = list({spelling.lower(): word for word in words for spelling in _spellings(word)}.items())
        self._finder = AhoCorasick([spelling for spelling, _ in self._spelt])

    def leaks(self, where: str, text: str) -> Iterator[Leak]:
        """Yield each place of a text where a private word stands."""
        for which, start, end in self._finder.find_matches_as_indexes(text.lower()):
            yield Leak(where, self._spelt[which][1], text[max(0, start - 60) : end + 60])


def _words(student: dict[str, str]) -> Iterator[str]:
    local = student["email"].partition("@")[0]
    yield from (student["email"], local, local.partition("+")[0], student["name"])
    yield from (student["phone"], student["phone"].replace("-", ""))


def _spellings(word: str) -> Iterator[str]:
    plain = word.encode()
    yield from (word, quote(word), quote_plus(word), json.dumps(word)[1:-1], word.replace("@", "&#64;"))
    if "@" in word:
        yield from (hashlib.sha256(plain).hexdigest(), hashlib.md5(plain).hexdigest(), plain.hex())
        yield base64.b64encode(plain).decode().rstrip("=")
