"""Requests as text: what waits in Redis is words and numbers, never a program that reading would run.

The two functions are what scrapy-redis asks of a serialiser. Containers are written as ["kind", …], so that no word of
a board can be mistaken for one.
"""

import json
from typing import Any

from jobspider.addresses import Address
from jobspider.items import RawPosting

OF_A_NODE = {"playwright_page_methods", "playwright_page_init_callback", "playwright_context", "download_latency"}
NOT_SHARED = {b"Cookie", b"Proxy-Authorization", b"Authorization"}  # a node's own, added on the way


def dumps(request: dict[str, Any]) -> str:
    """Return a request's dictionary (Request.to_dict) as JSON. Raises TypeError for what is no plain word."""
    words = {name: value for name, value in request.items() if value}
    words["meta"] = {key: value for key, value in (request.get("meta") or {}).items() if key not in OF_A_NODE}
    words["headers"] = {key: value for key, value in (request.get("headers") or {}).items() if key not in NOT_SHARED}
    return json.dumps(freeze(words), ensure_ascii=False, separators=(",", ":"))


def loads(text: str | bytes) -> dict[str, Any]:
    """Return the dictionary that `dumps` wrote."""
    found: dict[str, Any] = thaw(json.loads(text))
    return found


def freeze(value: Any) -> Any:
    """Return a value as JSON's own types. Raises TypeError for any that only one process can hold."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return ["bytes", value.decode("latin-1")]
        case RawPosting():
            return ["raw", [freeze(word) for word in value.words().values()]]
        case Address():
            return ["address", list(value)]
        case dict():
            return ["dict", [[freeze(key), freeze(each)] for key, each in value.items()]]
        case list() | tuple():
            return ["list", [freeze(each) for each in value]]
        case set() | frozenset():
            return ["set", sorted(value)]
    raise TypeError(f"{value!r:.80} cannot wait in Redis; put plain words into the request")


def thaw(value: Any) -> Any:
    """Return what `freeze` was given."""
    if not isinstance(value, list):
        return value
    kind, held = value
    return THAWED[kind](held)


THAWED = {
    "bytes": lambda held: held.encode("latin-1"),
    "raw": lambda held: RawPosting(*map(thaw, held)),
    "address": lambda held: Address(*held),
    "dict": lambda held: {thaw(key): thaw(each) for key, each in held},
    "list": lambda held: [thaw(each) for each in held],
    "set": set,
}
