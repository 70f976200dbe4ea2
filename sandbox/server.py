"""All boards on one loopback port: https://HOST/path is served at http://127.0.0.1:PORT/HOST/path."""

from datetime import UTC, datetime
from email.utils import format_datetime
from types import ModuleType

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.boards import incruit, jumpit, saramin, wanted, worknet
from sandbox.shelf import Shelf

BOARDS: dict[str, ModuleType] = {
    "saramin": saramin, "incruit": incruit, "wanted": wanted, "jumpit": jumpit, "worknet": worknet,
}  # fmt: skip


def application(shelf: Shelf) -> Starlette:
    """Return the web application that serves every board's hosts from the shelf, and /about for whoever waits."""

    def about(_: Request) -> JSONResponse:
        listed = {board: len(shelf.listed(board)) for board in BOARDS}
        return JSONResponse({"label": shelf.label, "now": shelf.now.isoformat(), "listed": listed})

    mounts: list[BaseRoute] = [
        Mount(f"/{host}", routes=routes) for board in BOARDS.values() for host, routes in board.hosts(shelf).items()
    ]
    return Starlette(routes=[Route("/about", about), *mounts])


class Dated:
    """An ASGI layer that dates the answers with the shelf's day, as the boards' servers do with theirs."""

    def __init__(self, application: ASGIApp, now: datetime) -> None:
        self.application, self.date = application, format_datetime(now.astimezone(UTC), usegmt=True).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"date", self.date)]
            await send(message)

        await self.application(scope, receive, dated)


def board_of_hosts(shelf: Shelf) -> dict[str, str]:
    """Return the board of each host that is served."""
    return {host: key for key, board in BOARDS.items() for host in board.hosts(shelf)}
