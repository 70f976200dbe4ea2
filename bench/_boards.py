"""The sandbox's boards on loopback, served from a thread, their requests counted."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.__main__ import listening
from sandbox.market import Market
from sandbox.server import application, board_of_hosts


class Counted:
    """The boards of one day after another on one port; counts each board's requests."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.boards: ASGIApp = Starlette()
        self.board_of: dict[str, str] = {}

    def open(self, market: Market) -> None:
        """Serve another day's market."""
        self.boards, self.board_of = application(market), board_of_hosts(market)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request and answer it."""
        self.requests[self.board_of[scope["path"].split("/")[1]]] += 1
        await self.boards(scope, receive, send)


@contextmanager
def served(boards: ASGIApp) -> Iterator[str]:
    """Serve on a free port of loopback from a thread."""
    server = uvicorn.Server(uvicorn.Config(boards, log_level="warning", lifespan="off"))
    listener = listening(0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
