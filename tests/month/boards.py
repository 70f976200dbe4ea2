"""The sandbox's boards as they are at the clock's instant, with the trouble that they have then."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from jobdb import clock
from sandbox.__main__ import listening
from sandbox.market import Market
from sandbox.misbehave import Fault, Misbehaving
from sandbox.server import Dated, application, board_of_hosts


class Boards:
    """An ASGI application; `troubles` (KIND@BOARD:SHARE) may change from one instant to the next."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = seed, size
        self.troubles: set[str] = set()
        self._shown: tuple[datetime, frozenset[str]] | None = None
        self._application: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as of now."""
        now = clock.now()
        if self._shown != (now, frozenset(self.troubles)):
            self._shown = now, frozenset(self.troubles)
            market = Market(self.seed, now, self.size)
            faults = [Fault.read(words) for words in sorted(self.troubles)]
            self._application = Misbehaving(Dated(application(market), now), board_of_hosts(market), faults)
        assert self._application
        await self._application(scope, receive, send)


@contextmanager
def serving(boards: Boards) -> Iterator[str]:
    """Serve while the block runs; the address."""
    listener = listening(0)
    server = uvicorn.Server(uvicorn.Config(boards, log_level="warning", lifespan="off", date_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
