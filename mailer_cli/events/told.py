"""What a message turns out to be: an event in the one vocabulary, nothing to us, or not readable."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "send", "delivery", "delivery_delay", "bounce", "complaint", "reject", "rendering_failure", "subscription",
    "open", "click", "unsubscribe",
]  # fmt: skip
Source = Literal["ses", "endpoint"]
Reader = Literal["human", "machine", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who opened or clicked, and the rule that says so."""

    reader: Reader
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a mail, at an aware instant; no address, no name, no IP.

    `digest` is the same whenever the same happening is told again. `delivery_ids` are the uuids that the message
    names, the surest first. `detail` holds plain words and numbers; `url` is the link of a click.
    """

    kind: Kind
    source: Source
    at: datetime
    digest: bytes
    delivery_ids: tuple[str, ...]
    message_id: str | None
    detail: dict[str, Any]
    verdict: Verdict | None = None  # by the user agent alone; of open and click
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message that is in order and tells nothing of a mail: a topic's first one, or a type that we do not know."""

    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that nobody can take for an event; kept for a person, its addresses masked."""

    problem: str
    digest: bytes
    body: str


Told = Event | Ignored | Unreadable
