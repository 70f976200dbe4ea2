"""The endpoint as an ASGI application."""

import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from infra.logo.endpoint import Endpoint, Outcome, Reply
from infra.logo.request import LONGEST_BODY

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)


class Application:
    """Answers requests through an endpoint; `now` tells the instant of each.

    The log has counts, and no line for a request: there is nothing in one that may be kept.
    """

    def __init__(self, endpoint: Endpoint, now: Callable[[], datetime]) -> None:
        self._endpoint, self._now = endpoint, now
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, unless its client hangs up before the end of it."""
        body = await _body(receive) if scope["method"] == "POST" else b""
        if body is not None:
            outcome = self._endpoint.answer(event(scope, body), self._now())
            self._count(outcome)
            await reply(outcome.reply, send)

    def tell(self) -> None:
        """Log what was answered since the last time, if anything was."""
        if self._counts:
            log.info("%s", ", ".join(f"{name} {count}" for name, count in sorted(self._counts.items())))
            self._counts.clear()

    def _count(self, outcome: Outcome) -> None:
        self._counts[outcome.metric or "others"] += 1
        if outcome.trouble:
            log.error("a hit was lost: %s", outcome.trouble)


def event(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return a request as AWS would hand it to a function: payload format 2.0, as far as the endpoint reads it."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    http = {"method": scope["method"], "path": scope["path"]}
    return {
        "version": "2.0",
        "rawPath": scope["path"],
        "headers": headers,
        "requestContext": {"http": http, "requestId": secrets.token_hex(16)},
        "body": body.decode("latin-1"),
        "isBase64Encoded": False,
    }


async def _body(receive: Receive) -> bytes | None:
    """Return a body as far as the endpoint reads it, or None when the client hung up."""
    body, more = b"", True
    while more and len(body) < LONGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body[:LONGEST_BODY]


async def reply(answer: Reply, send: Send) -> None:
    """Send an answer."""
    await send(_head(answer))
    await send({"type": "http.response.body", "body": answer.body})


@lru_cache(maxsize=32)
def _head(answer: Reply) -> MutableMapping[str, Any]:
    headers = (*answer.headers, ("content-length", str(len(answer.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": answer.status, "headers": encoded}
