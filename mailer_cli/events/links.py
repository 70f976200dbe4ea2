"""What a click led to: a posting of the mail, the survey, unsubscribing, more postings, or something else."""

import hashlib
import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from mailer_cli.boardlinks import posting_at

Link = Literal["posting", "survey", "unsubscribe", "more", "other"]


@dataclass(frozen=True, slots=True)
class HouseLinks:
    """The links that every mail has besides its postings; empty where there is none."""

    survey: str
    unsubscribe: str
    more: str = ""
    tracking: str = ""  # the endpoint, below which unsubscribing lies at /u/


def key_of(url: str) -> str:
    """Return what tells one link from another, and nothing of what stands in it.

    A posting's number on its board where the link has one: SES may write a link in another way than the mail has it,
    and another program may add to its query. Of other links the whole, without entities and the fragment.
    """
    plain = html.unescape(url).strip().partition("#")[0].rstrip("/")
    place = posting_at(plain)
    return hashlib.sha256((":".join(place) if place else plain).encode()).hexdigest()[:16]


def keys_of(postings: Iterable[tuple[int, str, str, str]]) -> dict[str, int]:
    """Return link -> posting of an edition's postings, given as (id, board, board id, url)."""
    keys: dict[str, int] = {}
    for posting_id, board, board_id, url in postings:
        keys[key_of(url)] = posting_id
        keys.setdefault(hashlib.sha256(f"{board}:{board_id}".encode()).hexdigest()[:16], posting_id)
    return keys


def house_keys(house: HouseLinks) -> dict[str, Link]:
    """Return link -> what it is, of the links that every mail has."""
    named: tuple[tuple[str, Link], ...] = (
        (house.more, "more"),
        (house.survey, "survey"),
        (house.unsubscribe, "unsubscribe"),
    )
    return {key_of(url): link for url, link in named if url}


def is_own_unsubscribing(url: str, house: HouseLinks) -> bool:
    """Tell whether a link is one of the endpoint's own, each of which has a token of its own."""
    return bool(house.tracking) and url.startswith(f"{house.tracking}/u/")


def link_of(key: str, house: Mapping[str, Link], postings: Mapping[str, int]) -> tuple[Link, int | None]:
    """Return what a link is, and which of the edition's postings it leads to."""
    if key in house:
        return house[key], None
    posting_id = postings.get(key)
    return ("posting", posting_id) if posting_id is not None else ("other", None)
