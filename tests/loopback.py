"""The sandbox in process: a request is answered without a socket."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse, XmlResponse
from starlette.applications import Starlette
from starlette.routing import Mount

from jobspider.items import RawPosting
from jobspider.pages import BoardPages
from sandbox.server import Dated
from sandbox.shelf import Shelf

KINDS = {"text/html": HtmlResponse, "application/xml": XmlResponse}


def application(board, shelf: Shelf) -> Dated:
    """One board's hosts (a module of sandbox.boards), as sandbox.server mounts them."""
    routes = [Mount(f"/{host}", routes=routes) for host, routes in board.hosts(shelf).items()]
    return Dated(Starlette(routes=routes), shelf.now)


def answer(app: Dated, request: Request) -> TextResponse:
    """What the sandbox answers to a spider's request, under the real address."""
    status, headers, body = asyncio.run(_call(app, request))
    kind = KINDS.get(headers[b"content-type"].decode().partition(";")[0], TextResponse)
    return kind(request.url, status=status, body=body, request=request, headers=headers)


def walk(app: Dated, spider: BoardPages, request: Request | None) -> Iterator[RawPosting]:
    """The cards of a list, page after page."""
    while request:
        response = answer(app, request)
        yield from spider.parse_list(response)
        request = spider.next_page(response)


def opened(app: Dated, spider: BoardPages, card: RawPosting) -> RawPosting:
    """A card with its posting's words laid over it."""
    return card.merged(spider.parse_posting(answer(app, spider.card_request(card))))


async def _call(app: Dated, request: Request) -> tuple[int, dict[bytes, bytes], bytes]:
    parts = urlsplit(request.url)
    headers = [(key.lower(), b", ".join(values)) for key, values in request.headers.items()]
    scope = {
        "type": "http", "method": "GET", "path": f"/{parts.netloc}{parts.path}", "root_path": "", "headers": headers,
        "query_string": parts.query.encode(), "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent)
