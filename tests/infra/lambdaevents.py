"""Events as AWS hands them to a function, with every field that its documentation shows."""

import base64
from typing import Any

ADDRESS = "203.0.113.77"  # the reader's, which must never get anywhere
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
FORM = "application/x-www-form-urlencoded"


def http_api(method: str, path: str, body: bytes = b"", kind: str = FORM, stage: str = "$default") -> dict[str, Any]:
    """An HTTP API's event, payload format 2.0; a named stage stands before the path; only text stays as it is."""
    full = path if stage == "$default" else f"/{stage}{path}"
    event = _event(method, full, body, kind)
    event["routeKey"] = f"{method} {path.rpartition('/')[0]}/{{token}}"
    event["requestContext"] |= {"stage": stage, "routeKey": event["routeKey"], "requestId": "JKJaXmPLvHcESHA="}
    return event


def function_url(method: str, path: str, body: bytes = b"", kind: str = FORM) -> dict[str, Any]:
    """A function URL's event: the same shape, its bodies always in base64."""
    event = _event(method, path, body, kind)
    if body:
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    event["requestContext"] |= {"authentication": None, "authorizer": {}, "stage": "$default"}
    return event


def _event(method: str, path: str, body: bytes, kind: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "utm=1",
        "cookies": ["session=secret"],
        "headers": {
            "accept": "*/*",
            "content-type": kind,
            "host": "track.example.com",
            "user-agent": AGENT,
            "x-forwarded-for": ADDRESS,
        },
        "queryStringParameters": {"utm": "1"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "track.example.com",
            "domainPrefix": "track",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": ADDRESS, "userAgent": AGENT},
            "requestId": "5f6b0d59-9f3c-4f5c-8a3b-1d2e3f405162",
            "time": "24/Nov/2026:08:00:01 +0000",
            "timeEpoch": 1795507201123,
        },
        "isBase64Encoded": False,
    }
    return event | ({"body": body.decode("latin-1")} if body else {})


def multipart(field: bytes = b"List-Unsubscribe", value: bytes = b"One-Click") -> tuple[bytes, str]:
    """A multipart body of one field, and its content type (RFC 8058 section 3.2 shows one like it)."""
    body = b'--b0undary\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--b0undary--\r\n' % (field, value)
    return body, "multipart/form-data; boundary=b0undary"
