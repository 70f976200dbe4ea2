"""Boards on a bad day: an ASGI layer that answers some requests as troubled boards do.

A fault is written KIND@BOARD:SHARE, like 429@saramin:0.05; SHARE is the part of the board's requests that it hits (1
when left out): 0.05 hits each twentieth request, evenly, so that a run can be repeated.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BLOCK_PAGE = "<html><body><h1>자동입력 방지</h1><p>아래 문자를 입력해 주세요.</p></body></html>"
SLOW = 0.3  # seconds

Answer = Callable[[str], Response]
Mend = Callable[[bytes], bytes]

# instead of the page
ANSWERS: dict[str, Answer] = {
    "401": lambda _: Response("login", 401),
    "403": lambda _: Response("Forbidden", 403),
    "429": lambda _: Response("slow down", 429, {"Retry-After": "1"}),
    "429-long": lambda _: Response("come back tomorrow", 429, {"Retry-After": "86400"}),
    "500": lambda _: Response("oops", 500),
    "307": lambda path: RedirectResponse(path, 307),  # to itself, for ever
    "block": lambda _: HTMLResponse(BLOCK_PAGE),
    "empty": lambda _: HTMLResponse(""),
}
# done to the page
MENDS: dict[str, Mend] = {
    "half": lambda body: body[: len(body) // 2],
    "markup": lambda body: body.replace(b"class=", b"data-was=").replace(b'"result"', b'"answer"'),
}
KINDS = ("slow", *ANSWERS, *MENDS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble, the board that has it, and the share of its requests."""

    kind: str
    board: str
    share: float = 1.0

    @classmethod
    def read(cls, text: str) -> "Fault":
        """Read KIND@BOARD:SHARE. Raises ValueError."""
        kind, _, rest = text.partition("@")
        board, _, share = rest.partition(":")
        if kind not in KINDS or not board:
            raise ValueError(f"{text!r}: write KIND@BOARD:SHARE, where KIND is one of {', '.join(KINDS)}")
        return cls(kind, board, float(share or 1))


class Misbehaving:
    """Wraps the boards' application; `hosts` tells the board of each host."""

    def __init__(self, application: ASGIApp, hosts: dict[str, str], faults: list[Fault]) -> None:
        self.application, self.hosts, self.faults = application, hosts, faults
        self.requests: Counter[str | None] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, well or badly."""
        fault = self._fault(scope.get("path", ""))
        if fault is None:
            await self.application(scope, receive, send)
        elif fault.kind in ANSWERS:
            host_path = scope["path"].partition("/")[2].partition("/")[2]
            query = scope["query_string"].decode()
            await ANSWERS[fault.kind](f"/{host_path}?{query}")(scope, receive, send)
        elif fault.kind in MENDS:
            await self._mended(MENDS[fault.kind], scope, receive, send)
        else:
            await asyncio.sleep(SLOW)
            await self.application(scope, receive, send)

    def _fault(self, path: str) -> Fault | None:
        if path.endswith("/robots.txt"):
            return None
        board = self.hosts.get(path.split("/")[1])
        self.requests[board] += 1
        turn = self.requests[board]
        ours = (fault for fault in self.faults if fault.board == board)
        return next((fault for fault in ours if int(turn * fault.share) > int((turn - 1) * fault.share)), None)

    async def _mended(self, mend: Mend, scope: Scope, receive: Receive, send: Send) -> None:
        parts: list[bytes] = []
        start: list[Message] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
            else:
                parts.append(message.get("body", b""))

        await self.application(scope, receive, collect)
        headers = {key.decode(): value.decode() for key, value in start[0]["headers"] if key != b"content-length"}
        await Response(mend(b"".join(parts)), start[0]["status"], headers)(scope, receive, send)
