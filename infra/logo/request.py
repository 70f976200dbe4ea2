"""What a request to the endpoint asks for, read from a Lambda event."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_AGENT = 300  # characters
LONGEST_BODY = 1024  # bytes; a one-click body, multipart or not, has about 200
# RFC 8058 section 3.1: a form with this one field, urlencoded or multipart/form-data.
ONE_CLICK = re.compile(
    rb'List-Unsubscribe(?:=|"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)One-Click', re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request; fields that the event lacks are empty."""

    method: str
    place: str  # the path's last part but one: `o` or `u`
    token: str  # the path's last part, without .png
    one_click: bool
    agent: str  # printable, at most LONGEST_AGENT characters
    id: str


def read(event: object) -> Request:
    """Return what an event asks for: payload format 2.0 of an HTTP API, or a function URL's, which has the same shape.

    Never raises, whatever the event is. A stage's name before the path is passed over, as `rawPath` begins with it
    (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, 2026-11).
    """
    told = _table(event)
    context = _table(told.get("requestContext"))
    http = _table(context.get("http"))
    path = _text(told, "rawPath") or _text(http, "path")
    *_, place, token = "", *path.split("/")
    agent = _text(_table(told.get("headers")), "user-agent") or _text(http, "userAgent")
    return Request(
        method=_text(http, "method").upper(),
        place=place,
        token=token.removesuffix(".png"),
        one_click=bool(ONE_CLICK.search(_body(told)[:LONGEST_BODY])),
        agent=_printable(agent[:LONGEST_AGENT]),
        id=_text(context, "requestId") or secrets.token_hex(16),
    )


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def _body(event: Mapping[str, Any]) -> bytes:
    body = _text(event, "body").encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") is True else body
    except binascii.Error:
        return b""
