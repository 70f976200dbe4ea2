"""Signed tokens in the links of a mail, which name a delivery and no person.

The standard library alone, and nothing of this project: the tracking endpoint carries a copy of this file.
"""

import base64
import binascii
import hmac
from typing import Literal
from uuid import UUID

Kind = Literal["open", "unsubscribe"]
Keys = tuple[
    bytes, ...
]  # the first signs, all of them verify: a new key goes to the front, an old one is dropped later

CONTEXT = b"job-mail/1"  # no other signature under the same key is one of ours
MARKS: dict[Kind, bytes] = {"open": b"o", "unsubscribe": b"u"}
MAC_BYTES = 12
FEWEST_KEY_BYTES = 16
LENGTH = 39  # characters: base64url of 1 + 16 + MAC_BYTES bytes, without its padding


def key_ring(words: str) -> Keys:
    """Return the keys of `words`, hexadecimal and parted by commas, the signing one first.

    ValueError, which shows no key, when there is none, or one is not hexadecimal or shorter than FEWEST_KEY_BYTES.
    """
    try:
        keys = tuple(bytes.fromhex(word) for word in words.split(","))
    except ValueError:
        raise ValueError("a key is not hexadecimal") from None
    if min(map(len, keys)) < FEWEST_KEY_BYTES:
        raise ValueError(f"a key has fewer than {2 * FEWEST_KEY_BYTES} hexadecimal digits")
    return keys


def token(kind: Kind, delivery_id: str, keys: Keys) -> str:
    """Return the token of a delivery (a uuid) for one kind of link; ValueError when the id is no uuid."""
    named = MARKS[kind] + UUID(delivery_id).bytes
    return _encoded(named + _signature(named, keys[0]))


def delivery_of(text: str, kind: Kind, keys: Keys) -> str | None:
    """Return the delivery that a token names, or None when it is forged, misspelt or of another kind.

    Takes as long for any wrong signature as for the right one, and never raises, whatever `text` is.
    """
    signed = _decoded(text)
    named, signature = signed[:-MAC_BYTES], signed[-MAC_BYTES:]
    # Every key is tried: which one fits must not show in the time.
    fitting = sum(hmac.compare_digest(_signature(named, key), signature) for key in keys)
    return str(UUID(bytes=named[1:])) if fitting and named[:1] == MARKS[kind] else None


def _signature(named: bytes, key: bytes) -> bytes:
    return hmac.digest(key, CONTEXT + named, "sha256")[:MAC_BYTES]


def _encoded(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    """Return a token's bytes, or as many zeros where it is not spelt as we spell it, spare bits of its end and all."""
    try:
        signed = base64.urlsafe_b64decode(f"{text}=") if len(text) == LENGTH else b""
    except (ValueError, binascii.Error):
        signed = b""
    return signed if _encoded(signed) == text else bytes(1 + 16 + MAC_BYTES)
