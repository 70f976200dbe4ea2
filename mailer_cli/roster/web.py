"""The roster over HTTP: pages of JSON, each naming the next.

A page is {"students": [{column: value, …}, …], "next": address or null, "total": number (optional)}; `next` may be
relative and stays on the LMS's own host, because the token goes with it.
"""

import json
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from jobdb.errors import DataError, OperatorError
from jobdb.transport import is_loopback
from mailer_cli.roster.reading import Row, Source

SECONDS = 30
MOST_PAGES = 10_000
LARGEST = 32 * 1024 * 1024  # bytes of a page


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none: the answer is then an HTTPError with its status."""


def read_web(url: str, token: str) -> Source:
    """Read all pages from an address; `token`, if any, is sent as a bearer token.

    Raises OperatorError when the LMS does not answer, DataError when what it answers is no roster.
    """
    parts = urlsplit(url)
    name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise OperatorError(f"{name}: a roster holds people's data; use an https:// address")
    students = list(_students(name, url, token))
    if not students:
        raise DataError(f"{name}: no students came; nothing was imported")
    header = tuple(dict.fromkeys(column for _, student in students for column in student))
    return Source(name, header, _rows(header, students))


def _students(name: str, url: str, token: str) -> Iterator[Row]:
    opener = build_opener(_NoRedirects)
    number, total = 0, None
    seen: set[str] = set()
    address: str | None = url
    while address is not None:
        if address in seen or len(seen) >= MOST_PAGES:
            raise DataError(f"{name}: page {len(seen)} leads back, or to more than {MOST_PAGES:,} pages")
        seen.add(address)
        where = f"{name}: page {len(seen)}"
        page = _page(where, opener, address, token)
        for student in page["students"]:
            number += 1
            yield f"page {len(seen)}, student {number}", _words(where, student)
        total = page.get("total", total)
        address = _next(where, address, page.get("next"))
    if total is not None and total != number:
        raise DataError(f"{name}: {number} students came of {total}; nothing was imported, try again")


def _page(where: str, opener: OpenerDirector, address: str, token: str) -> dict[str, Any]:
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with opener.open(Request(address, headers=headers), timeout=SECONDS) as answer:  # noqa: S310 - read_web checks it
            content = answer.read(LARGEST + 1)
    except HTTPError as error:
        _refused(where, error.code)
    except (OSError, HTTPException) as error:
        raise OperatorError(f"{where}: the LMS does not answer: {getattr(error, 'reason', error)}") from None
    return _parsed(where, content)


def _refused(where: str, status: int) -> NoReturn:
    remedy = "look at LMS_TOKEN" if status in (401, 403) else "look at the address and the LMS"
    raise OperatorError(f"{where}: HTTP {status}; {remedy}")


def _parsed(where: str, content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise DataError(f"{where}: larger than {LARGEST // 1024 // 1024} MB; ask for smaller pages")
    try:
        page = json.loads(content)
    except ValueError:
        raise DataError(f"{where}: no JSON, or cut off; nothing was imported") from None
    if not isinstance(page, dict) or not isinstance(page.get("students"), list):
        raise DataError(f'{where}: must be {{"students": […], "next": …}}; nothing was imported')
    return page


def _next(where: str, address: str, following: object) -> str | None:
    if following in (None, ""):
        return None
    if not isinstance(following, str):
        raise DataError(f"{where}: next must be an address or null")
    target = urljoin(address, following)
    if urlsplit(target)[:2] != urlsplit(address)[:2]:
        raise DataError(f"{where}: next leads to another host, where the token must not go")
    return target


def _words(where: str, student: object) -> dict[str, str]:
    if not isinstance(student, dict):
        raise DataError(f"{where}: a student must be an object of columns")
    return {str(column): _word(where, column, value) for column, value in student.items()}


def _word(where: str, column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise DataError(f"{where}: {column} must be one value, not a list or an object")


def _rows(header: tuple[str, ...], students: list[Row]) -> Iterator[Row]:
    for place, student in students:
        yield place, {column: student.get(column, "") for column in header}
