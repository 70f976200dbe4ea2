"""Words as boards print them, made comparable."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from jobspider.unseen import seen

REMEMBERED = 4096  # wordings: boards print the same few again and again

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LOOKALIKES = str.maketrans(
    dict.fromkeys("ㆍ・•∙⋅･‧", "·") | dict.fromkeys("∼〜～˜", "~") | dict.fromkeys("‐‑‒–—−", "-") | {"＞": ">"}
)


class WordingError(ValueError):
    """Words that no table knows. `known` is the part of them that was understood, or None."""

    def __init__(self, wording: str, known: Any = None) -> None:
        super().__init__(f"unknown wording: {wording!r}")
        self.wording = wording
        self.known = known


@lru_cache(REMEMBERED)
def clean(text: str) -> str:
    """Return the text as a person would copy it: composed (NFC), nothing invisible, single blanks, one line."""
    return _clean(text)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", seen(text)).split())


def clean_lines(text: str) -> str:
    """Return a body with each line cleaned, and no more than one empty line between two others."""
    lines = "\n".join(_clean(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@lru_cache(REMEMBERED)
def fold(text: str) -> str:
    """Return the text for reading: cleaned, half and full width alike (NFKC), one middle dot, one tilde, one dash."""
    return clean(unicodedata.normalize("NFKC", clean(text).translate(_LOOKALIKES)))


@lru_cache(REMEMBERED)
def compact(text: str) -> str:
    """Return the folded text without blanks."""
    return fold(text).replace(" ", "")


def storable(words: Any) -> Any:
    """Return raw words (text, lists, dicts) without what PostgreSQL refuses: NUL and halves of surrogate pairs."""
    if isinstance(words, str):
        return words if words.isprintable() else _UNSTORABLE.sub("", words)
    if isinstance(words, list):
        return [storable(word) for word in words]
    if isinstance(words, dict):
        return {storable(key): storable(word) for key, word in words.items()}
    return words
