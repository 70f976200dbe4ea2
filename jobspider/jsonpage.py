"""JSON answers of boards: taken strictly, their values copied as text."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from scrapy.http import Response

from jobspider.base import UnreadablePage


def answer(response: Response) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises UnreadablePage for anything else: a block page, half an object."""
    try:
        tree = json.loads(response.body)
    except (ValueError, RecursionError):
        raise UnreadablePage("not JSON") from None
    if not isinstance(tree, dict):
        raise UnreadablePage("not a JSON object")
    return tree


def word(row: dict[str, Any], key: str) -> str:
    """Return a value as the JSON prints it: `3`, `true`, `null`; "" where the key is missing."""
    if key not in row:
        return ""
    value = row[key]
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def text(row: dict[str, Any], key: str) -> str:
    """Return a text; "" where the key is missing or its value is none."""
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def texts(values: object, *keys: str) -> list[str]:
    """Return the texts of a list whose entries are texts, or objects with the text under one of the keys."""
    if not isinstance(values, list):
        return []
    found = [value if isinstance(value, str) else _first(value, keys) for value in values]
    return [value.strip() for value in found if value.strip()]


def inner(row: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key; {} where there is none."""
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def sections(row: dict[str, Any], headings: dict[str, str]) -> str:
    """Return the texts of a posting under the headings that the board's page gives them: key -> heading."""
    printed = ((heading, text(row, key)) for key, heading in headings.items())
    return "\n\n".join(f"[{heading}]\n{words}" for heading, words in printed if words)


class KeyWatch:
    """Warns once of each key that a board's objects did not have before: a renamed field shows itself that day."""

    def __init__(self, warn: Callable[..., None], known: Iterable[str]) -> None:
        self.warn, self.known = warn, set(known)

    def look(self, row: dict[str, Any]) -> None:
        """Warn of the object's new keys."""
        for key in sorted(row.keys() - self.known):
            self.warn("the board's JSON has a new key: %s", key)
            self.known.add(key)


def _first(value: object, keys: tuple[str, ...]) -> str:
    if not isinstance(value, dict):
        return ""
    return next((value[key] for key in keys if isinstance(value.get(key), str)), "")
