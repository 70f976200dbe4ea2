"""All boards on one loopback port: https://HOST/path is served at http://127.0.0.1:PORT/HOST/path."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from sandbox.boards import incruit, jumpit, saramin, wanted
from sandbox.shelf import Shelf

BOARDS = (saramin, incruit, wanted, jumpit)


def application(shelf: Shelf) -> Starlette:
    """Return the web application that serves every board's hosts from the shelf."""
    mounts: list[BaseRoute] = [
        Mount(f"/{host}", routes=routes) for board in BOARDS for host, routes in board.hosts(shelf).items()
    ]
    return Starlette(routes=[Route("/about", about(shelf)), *mounts])


def about(shelf: Shelf):  # noqa: ANN201  Starlette's endpoint
    """Return the page that says what is served, for a program that waits for the sandbox."""

    def endpoint(_request: object) -> JSONResponse:
        listed = {
            board.__name__.rsplit(".", 1)[1]: len(shelf.listed(board.__name__.rsplit(".", 1)[1])) for board in BOARDS
        }
        return JSONResponse({"label": shelf.label, "now": shelf.now.isoformat(), "listed": listed})

    return endpoint
