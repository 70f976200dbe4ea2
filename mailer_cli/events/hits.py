"""Hits on the tracking endpoint: the logo that was loaded, the unsubscribing that was confirmed."""

import hashlib
from typing import Any

from mailer_cli.events.agents import by_agent
from mailer_cli.events.told import Event, Ignored
from mailer_cli.events.words import instant, text, uuid

HOW = ("one_click", "page")


def event(told: dict[str, Any]) -> Event | Ignored | str:
    """Return the event of a hit, or what is wrong with it. The endpoint sends none for a forged token."""
    kind = told["hit"]
    if kind not in ("open", "unsubscribe"):
        return Ignored(f"of the unknown type {text(kind, 40)!r}")
    at, delivery_id, name, how = instant(told.get("at")), uuid(told.get("delivery")), text(told.get("id")), None
    if at is None or delivery_id is None or not name:
        return f"hit {kind}: no {'time' if at is None else 'delivery' if delivery_id is None else 'id'}"
    if kind == "unsubscribe" and (how := told.get("how")) not in HOW:
        return "hit unsubscribe: neither one_click nor page"
    return Event(
        kind=kind,
        source="endpoint",
        at=at,
        digest=hashlib.sha256(f"endpoint|{kind}|{delivery_id}|{at.isoformat()}|{name}".encode()).digest(),
        delivery_ids=(delivery_id,),
        message_id=None,
        detail={"how": how} if how else {},
        verdict=by_agent(text(told.get("agent")), "open") if kind == "open" else None,
    )
