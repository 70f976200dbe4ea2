"""All boards on one loopback port: https://HOST/path is served at http://127.0.0.1:PORT/HOST/path."""

from types import ModuleType

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from sandbox.boards import incruit, jumpit, saramin, wanted
from sandbox.shelf import Shelf

BOARDS: dict[str, ModuleType] = {"saramin": saramin, "incruit": incruit, "wanted": wanted, "jumpit": jumpit}


def application(shelf: Shelf) -> Starlette:
    """Return the web application that serves every board's hosts from the shelf, and /about for whoever waits."""

    def about(_: Request) -> JSONResponse:
        listed = {board: len(shelf.listed(board)) for board in BOARDS}
        return JSONResponse({"label": shelf.label, "now": shelf.now.isoformat(), "listed": listed})

    mounts: list[BaseRoute] = [
        Mount(f"/{host}", routes=routes) for board in BOARDS.values() for host, routes in board.hosts(shelf).items()
    ]
    return Starlette(routes=[Route("/about", about), *mounts])


def board_of_hosts(shelf: Shelf) -> dict[str, str]:
    """Return the board of each host that is served."""
    return {host: key for key, board in BOARDS.items() for host in board.hosts(shelf)}
