"""Tells what each unlabelled word of a card is about, by its shape and never by its place in the row."""

import re
from functools import lru_cache

from jobspider.normalise.employment import read_employment
from jobspider.normalise.region import read_region
from jobspider.normalise.text import REMEMBERED, WordingError, compact

REGION, CAREER, EDUCATION, EMPLOYMENT, PAY, UNKNOWN = "region", "career", "education", "employment", "pay", "unknown"

# Looked for in the word without its blanks, in this order.
SHAPES = (
    (
        PAY,
        re.compile(
            r"\d만?원|^(?:연봉|월급|월급여|주급|일급|시급|건별|건당)|회사내규|면접후(?:결정|협의)|연봉협[의상]|협의후결정"
        ),
    ),
    (EDUCATION, re.compile(r"학력|[대고중초]졸|석사|박사|학사|대학교?졸업|학교졸업|고교졸업")),
    (CAREER, re.compile(r"신입|경력|연차|^\d+년|^\d+~\d+년")),
)


def classify(words: list[str]) -> dict[str, list[str]]:
    """Sort a card's words under REGION, CAREER, EDUCATION, EMPLOYMENT, PAY, and UNKNOWN for what no shape fits."""
    sorted_words: dict[str, list[str]] = {}
    for word in words:
        if compact(word):
            sorted_words.setdefault(_kind(word), []).append(word)
    return sorted_words


@lru_cache(REMEMBERED)
def _kind(word: str) -> str:
    key = compact(word)
    for kind, shape in SHAPES:
        if shape.search(key):
            return kind
    if _reads_some_employment(word):
        return EMPLOYMENT
    return REGION if _reads_some_region(word) else UNKNOWN


def _reads_some_employment(word: str) -> bool:
    try:
        return bool(read_employment(word))
    except WordingError as error:
        return bool(error.known)


def _reads_some_region(word: str) -> bool:
    try:
        places = read_region(word)
    except WordingError as error:
        places = error.known
    return bool(places.regions or places.remote)
