"""Which tracks want a title, and by which words.

One automaton walks over the text without its blanks and names the keywords that may stand there; each of those few
is then looked for by its own exact pattern.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from jobdb.errors import SettingError
from jobdb.tracks import Track
from jobspider.unseen import seen

NO_KEYWORD = "no_keyword"
EXCLUDED = "excluded"

# Letters and digits of the Latin script as NFKC leaves them; anything else beside a Latin word is its boundary.
_LATIN = r"0-9a-z\xaa\xb5\xba\xdf-\xf6\xf8-\u024f"
_IS_LATIN = re.compile(f"[{_LATIN}]")
_DASH = re.compile("[\u2010-\u2015\u2043\u2212\u3161\ufe58]")


@dataclass(frozen=True, slots=True)
class Match:
    """The tracks that want a posting, each with its keywords as configured; else `reason` says why there is none."""

    tracks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reason: str | None = None  # None, NO_KEYWORD or EXCLUDED


@dataclass(frozen=True, slots=True)
class _Keyword:
    """A word of the configuration, the exact pattern of it, and the tracks that include or exclude it."""

    word: str
    compact: str
    pattern: re.Pattern[str]
    includes: tuple[str, ...]
    excludes: tuple[str, ...]


class Matcher:
    """Matches titles with the keywords of all tracks at once.

    Raises SettingError for a keyword in which nothing is left to look for.
    """

    def __init__(self, tracks: Iterable[Track]) -> None:
        self._keywords = _keywords(list(tracks))
        self._automaton = AhoCorasick([keyword.compact for keyword in self._keywords])
        self.fingerprint = _fingerprint(self._keywords)

    def match(self, title: str, company: str = "") -> Match:
        """Return the tracks that want the title, and whose exclusions stand neither in it nor in the company."""
        found = self._found(title)
        wanting: dict[str, list[str]] = {}
        for keyword in found:
            for track in keyword.includes:
                wanting.setdefault(track, []).append(keyword.word)
        if not wanting:
            return Match(reason=NO_KEYWORD)
        refusing = {track for keyword in [*found, *self._found(company)] for track in keyword.excludes}
        tracks = {track: tuple(words) for track, words in wanting.items() if track not in refusing}
        return Match(tracks, None if tracks else EXCLUDED)

    def wanted(self, title: str, company: str = "") -> bool:
        """Tell whether any track wants the posting."""
        return bool(self.match(title, company).tracks)

    def words_in(self, text: str) -> tuple[str, ...]:
        """Return the keywords, including and excluding ones alike, that stand in a text, in the configuration's order.

        What stands there does not depend on the other keywords.
        """
        return tuple(keyword.word for keyword in self._found(text))

    def _found(self, text: str) -> list[_Keyword]:
        folded = fold(text)
        hits = self._automaton.find_matches_as_indexes("".join(folded.split()), overlapping=True)
        if not hits:
            return []
        candidates = (self._keywords[index] for index in sorted({hit[0] for hit in hits}))
        return [keyword for keyword in candidates if keyword.pattern.search(folded)]


def _fingerprint(keywords: list[_Keyword]) -> str:
    """Return a digest that changes when a keyword is added, removed or moved, and not with their order."""
    rules = sorted((word.word, sorted(word.includes), sorted(word.excludes)) for word in keywords)
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def fold(text: str) -> str:
    """Return the text as keywords see it: NFKC, no case, one dash, no invisible characters."""
    text = seen(text)  # cards are matched as their boards print them
    if text.isascii():
        return text.lower()
    text = _DASH.sub("-", text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _keywords(tracks: list[Track]) -> list[_Keyword]:
    """Return each different word once, in the order of the configuration."""
    words = dict.fromkeys(word for track in tracks for word in (*track.include, *track.exclude))
    return [
        _Keyword(
            word,
            "".join(fold(word.strip().removesuffix("*")).split()),
            pattern_of(word),
            tuple(track.key for track in tracks if word in track.include),
            tuple(track.key for track in tracks if word in track.exclude),
        )
        for word in words
    ]


def pattern_of(word: str) -> re.Pattern[str]:
    """Return the expression that finds one keyword in a folded text; SettingError when it has nothing to look for."""
    prefix = word.strip().endswith("*")
    parts = fold(word.strip().removesuffix("*")).split()
    if not parts:
        raise SettingError(f"the keyword {word!r} has no letter in it; mend it in courses.toml")
    left = f"(?<![{_LATIN}])" if _IS_LATIN.match(parts[0][0]) else ""
    right = f"(?![{_LATIN}])" if _IS_LATIN.match(parts[-1][-1]) and not prefix else ""
    return re.compile(f"{left}(?:{_as_written(parts)}|{_spread(parts)}){right}")


def _as_written(parts: list[str]) -> str:
    """Match the keyword with its own blanks: needed between two Latin words, optional beside Hangul."""
    pattern = re.escape(parts[0])
    for before, after in pairwise(parts):
        pattern += _gap(before[-1], after[0], blank=True) + re.escape(after)
    return pattern


def _spread(parts: list[str]) -> str:
    r"""Match the keyword with blanks that it does not have ("인공 지능"), without making words over a word's border.

    It must begin where a word begins, so that "분석 사원" holds no 석사; and it must end with two characters of one
    word or where a word ends, so that "교육 생산직" holds no 교육생.
    """
    pairs = [
        (part[i - 1] if i else before[-1:], part[i], not i)
        for before, part in pairwise(["", *parts])
        for i in range(len(part))
    ]
    *start, (gap, last) = [(_gap(before, after, blank=blank), re.escape(after)) for before, after, blank in pairs]
    head = "".join(gap + letter for gap, letter in start)
    tail = rf"(?:{last}|\s*{last}(?!\w))" if gap == r"\s*" else gap + last
    return rf"(?<!\w){head}{tail}"


def _gap(before: str, after: str, *, blank: bool) -> str:
    """Return what may stand between two letters of a keyword; `blank` tells whether the keyword has a blank there."""
    if not before:
        return ""
    if _IS_LATIN.match(before) and _IS_LATIN.match(after):
        return r"\s+" if blank else ""
    return r"\s*"
