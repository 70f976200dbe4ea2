"""The kinds of contract on offer."""

import re
from functools import lru_cache

from jobdb.posting import Employment
from jobspider.normalise.text import REMEMBERED, WordingError, compact, fold

# Wording without blanks, notes in brackets and terms.
KINDS = {
    "정규직": Employment.PERMANENT,
    "무기계약직": Employment.PERMANENT,  # a contract without an end (기간제법 제4조)
    "기간의정함이없는근로계약": Employment.PERMANENT,
    "regular": Employment.PERMANENT,
    "full_time": Employment.PERMANENT,
    "계약직": Employment.CONTRACT,
    "기간제": Employment.CONTRACT,
    "기간의정함이있는근로계약": Employment.CONTRACT,
    "대체인력채용": Employment.CONTRACT,  # until somebody is back from leave
    "contract": Employment.CONTRACT,
    "contractor": Employment.CONTRACT,
    "temporary": Employment.CONTRACT,
    "인턴": Employment.INTERN,
    "인턴직": Employment.INTERN,
    "인턴십": Employment.INTERN,
    "intern": Employment.INTERN,
    "파견": Employment.DISPATCHED,
    "파견직": Employment.DISPATCHED,
    "파견근로": Employment.DISPATCHED,
    "도급": Employment.DISPATCHED,
    "아르바이트": Employment.PART_TIME,
    "알바": Employment.PART_TIME,
    "파트": Employment.PART_TIME,
    "파트타임": Employment.PART_TIME,
    "시간제": Employment.PART_TIME,
    "시간선택제": Employment.PART_TIME,
    "part_time": Employment.PART_TIME,
    "프리랜서": Employment.FREELANCE,
    "freelance": Employment.FREELANCE,
    "위촉": Employment.COMMISSIONED,
    "위촉직": Employment.COMMISSIONED,
    "촉탁직": Employment.COMMISSIONED,
    "병역특례": Employment.MILITARY_SERVICE,
    "전문연구요원": Employment.MILITARY_SERVICE,
    "산업기능요원": Employment.MILITARY_SERVICE,
    "교육생": Employment.TRAINEE,
    "연수생": Employment.TRAINEE,
    "교육생/연수생": Employment.TRAINEE,
}

_PART_TIME = re.compile(r"\(시간\(선택\)제\)")  # 고용24 puts it behind the kind of contract
_NOTES = re.compile(r"\([^()]*\)|수습(?:기간)?\s?\d+\s?개월|\d+\s?개월")


@lru_cache(REMEMBERED)
def read_employment(text: str) -> tuple[Employment, ...]:
    """Return each kind of `정규직·계약직`, `정규직, 위촉직`, `정규직 수습기간 3개월`, `계약직외` (and others) once.

    Raises WordingError with the parts that no table knows, and the others as `known`.
    """
    kinds: dict[Employment, None] = {}
    unknown = []
    for part in re.split("[·,/+]", _NOTES.sub("", _PART_TIME.sub("·시간선택제", fold(text)))):
        word = compact(part).casefold()
        found = _kinds(word)
        kinds |= dict.fromkeys(found)
        if word and word != "null" and not found:
            unknown.append(part.strip())
    if unknown:
        raise WordingError(", ".join(unknown), tuple(kinds))
    return tuple(kinds)


def _kinds(word: str) -> tuple[Employment, ...]:
    if word in KINDS:
        return (KINDS[word],)
    # Incruit shows the first of several kinds and "외": and others.
    first = KINDS.get(word.removesuffix("외"))
    return (first, Employment.OTHER) if first else ()
