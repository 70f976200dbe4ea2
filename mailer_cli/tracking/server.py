"""The web server under the endpoint: bounded in requests, in time and in connections."""

import asyncio
import logging
import socket
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10  # seconds that a client may take over one request
EVERY = 10  # seconds, after which hits are for the reader to take
MOST_CONNECTIONS = 500  # at once; further ones are told 503, and mail programs come again
MOST_HEADERS = 16 * 1024  # bytes

log = logging.getLogger(__name__)


class Impatient(H11Protocol):
    """A connection that is cut when a request is not whole PATIENCE seconds after its connection or the last answer.

    uvicorn itself waits without end for a request's head and body: a byte an hour would hold a connection open.
    """

    _since: float
    _watch: TimerHandle

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(PATIENCE, self._look)

    def on_response_complete(self) -> None:
        """Begin to wait for the next one."""
        self._since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        left = self._since + PATIENCE - self.loop.time()
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            left = PATIENCE  # the request is whole: we are the ones who work at it
        if left <= 0:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(left, self._look)


def serve(application: Any, listener: socket.socket, now_and_then: Callable[[], None] = lambda: None) -> None:
    """Serve an ASGI application until SIGTERM or an interrupt; `now_and_then` is called every EVERY seconds and last.

    It may raise OSError, which is logged.
    """
    config = uvicorn.Config(
        application,
        http=Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # its lines begin with the client's address
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEADERS,
        timeout_graceful_shutdown=PATIENCE,
    )
    asyncio.run(_serve(uvicorn.Server(config), listener, now_and_then))


async def _serve(server: uvicorn.Server, listener: socket.socket, now_and_then: Callable[[], None]) -> None:
    repeating = asyncio.create_task(_repeat(now_and_then))
    try:
        await server.serve(sockets=[listener])
    finally:
        repeating.cancel()
        _once(now_and_then)


async def _repeat(act: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(EVERY)
        _once(act)


def _once(act: Callable[[], None]) -> None:
    try:
        act()
    except OSError as error:
        log.error("the hits' file could not be finished, and is tried again: %s", error.strerror)
