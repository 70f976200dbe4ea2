"""Where the work is."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from jobdb.posting import Region
from jobspider.normalise.places import DISTRICTS, FOREIGN, SIDO_NAMES, SIGUNGU, TAGS
from jobspider.normalise.text import REMEMBERED, WordingError, fold

NATIONWIDE = {"전국", "지역무관", "전국전체", "전국 전체"}
WHOLE = {"전체", "전지역", "전역"}

_REMOTE = re.compile(r"\(?(?:전면\s?|완전\s?)?(?:재택|원격|리모트)(?:\s?근무)?(?:\s?(?:가능|병행|포함))?\)?")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LABEL = re.compile(r"^(?:근무지역?|근무지\s?주소|주소|지역)?\s?:\s?|^(?:근무지|주소)\s")
_AND_OTHERS = re.compile(r"\s?(?<!해)외(?:\s?\d+\s?(?:곳|개|개\s?지역))?$")
_DISTRICT_SHAPE = re.compile(r"[가-힣]{1,4}[시군구]")


@dataclass(frozen=True, slots=True)
class Places:
    """The regions that a posting names, each once, and whether it can be done from home."""

    regions: tuple[Region, ...] = ()
    remote: bool = False


@dataclass(slots=True)
class _Part:
    """What was read of one part between commas, and the words left over: a street, a building."""

    regions: tuple[Region, ...]
    rest: list[str]


@lru_cache(REMEMBERED)
def read_region(text: str) -> Places:
    """Return the places of `서울 강남구, 서초구, 대전 서구`, `경기 화성시 외`, an address, `재택근무`.

    A part without a 시·도 has that of the part before it. Raises WordingError with the parts that no table knows, and
    the others as `known`.
    """
    words = fold(text)
    remote = bool(_REMOTE.search(words))
    words = _BRACKETS.sub(" ", _REMOTE.sub(" ", words)).replace(">", " ")
    regions: dict[Region, None] = {}
    unknown: list[str] = []
    in_address = False
    for part in _parts(words):
        found = _read(part, list(regions), in_address)
        if found:
            regions |= dict.fromkeys(found.regions)
            in_address = bool(found.rest)
        elif not (regions and (in_address or re.search(r"\d", part))):
            unknown.append(part)
    places = Places(tuple(regions), remote)
    if unknown:
        raise WordingError(", ".join(unknown), places)
    return places


def _parts(words: str) -> list[str]:
    parts = (_AND_OTHERS.sub("", " ".join(part.split())) for part in words.split(","))
    parts = (_LABEL.sub("", part).strip(" :") for part in parts)
    return [part for part in parts if part and part != "null"]


def _read(part: str, before: list[Region], in_address: bool) -> _Part | None:
    if part in NATIONWIDE:
        return _Part((Region("전국"),), [])
    if part in TAGS:
        return _Part(tuple(Region(*place) for place in TAGS[part]), [])
    tokens = part.split()
    if in_address and _sido(tokens)[0] is None and not _DISTRICT_SHAPE.fullmatch(tokens[0]):
        return None  # a building may be called 강남 or 가나
    if tokens[0] in FOREIGN:
        return _Part((Region("해외"),), tokens[1:])
    return _read_korean(tokens, before) or _read_joined(part)


def _read_korean(tokens: list[str], before: list[Region]) -> _Part | None:
    sido, rest = _sido(tokens)
    if sido is None:
        return _read_without_sido(tokens, before)
    while rest and SIDO_NAMES.get(rest[0]) == sido:
        rest = rest[1:]
    if not rest or rest[0] in WHOLE:
        return _Part((Region(sido),), rest[1:])
    sigungu, rest = _sigungu(sido, rest)
    if sigungu is None and SIGUNGU[sido] and _DISTRICT_SHAPE.fullmatch(rest[0]):
        return None
    return _Part((Region(sido, sigungu),), rest)


def _sido(tokens: list[str]) -> tuple[str | None, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first in SIDO_NAMES:
        return SIDO_NAMES[first], rest
    if first == "광주시" and rest and rest[0] in SIGUNGU["광주"]:
        return "광주", rest
    for name, sido in SIDO_NAMES.items():
        joined = first.removeprefix(name)
        if joined != first and joined in {*WHOLE, *SIGUNGU[sido]}:
            return sido, [joined, *rest]
    return None, tokens


def _read_without_sido(tokens: list[str], before: list[Region]) -> _Part | None:
    for sido in [before[-1].sido] if before and before[-1].sido in SIGUNGU else []:
        sigungu, rest = _sigungu(sido, tokens)
        if sigungu:
            return _Part((Region(sido, sigungu),), rest)
    region = ONLY_ONE.get(tokens[0])
    if region is None:
        return None
    sigungu, rest = _sigungu(region.sido, tokens)
    return _Part((Region(region.sido, sigungu),), rest)


def _sigungu(sido: str, tokens: list[str]) -> tuple[str | None, list[str]]:
    """Read the 시·군·구 (and the 구 of a 시) that the words begin with; return it and the words after it."""
    name = _OF_SIDO[sido].get(tokens[0])
    rest = tokens[1:]
    if name is None:
        return None, tokens
    if rest and rest[0] in DISTRICTS.get(name, ()):
        return f"{name} {rest[0]}", rest[1:]
    return name, rest


def _read_joined(part: str) -> _Part | None:
    """Read places joined by other marks than commas ("서울/경기"), if all of them are known."""
    pieces = [piece.split() for piece in re.split("[/·]", part) if piece.strip()]
    if len(pieces) < 2:
        return None
    regions: list[Region] = []
    for tokens in pieces:
        found = _read_korean(tokens, regions)
        if found is None:
            return None
        regions.extend(found.regions)
    return _Part(tuple(regions), [])


def _spellings(sido: str) -> dict[str, str]:
    """Return how the 시·군·구 of a 시·도 may be printed: whole, without 시·군·구, or as the 구 of a 시 alone."""
    names = {gu: f"{city} {gu}" for city in SIGUNGU[sido] for gu in DISTRICTS.get(city, ())}
    names |= {name[:-1]: name for name in SIGUNGU[sido] if len(name) > 2}
    return names | {name: name for name in SIGUNGU[sido]}


def _only_one(spellings: Iterable[tuple[str, Region]]) -> dict[str, Region]:
    pairs = list(spellings)
    counted = Counter(spelling for spelling, _ in pairs)
    return {spelling: region for spelling, region in pairs if counted[spelling] == 1 and spelling not in SIDO_NAMES}


_OF_SIDO = {sido: _spellings(sido) for sido in SIGUNGU}
# Names that one 시·도 alone has: these need no 시·도 beside them.
ONLY_ONE = _only_one(
    (spelling, Region(sido, name)) for sido, names in _OF_SIDO.items() for spelling, name in names.items()
)
