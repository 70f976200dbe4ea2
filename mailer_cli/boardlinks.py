"""Which posting a link leads to, by each board's own addresses. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

NUMBER = re.compile(r"[A-Za-z]*[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A board's addresses: hosts end with `host`; the posting's number is in the query, or in the path."""

    board: str
    host: str
    query: str = ""
    path: str = ""


# The first that fits holds: jumpit.saramin.co.kr lies below saramin.co.kr.
SHAPES = (
    Shape("jumpit", "jumpit.saramin.co.kr", path=r"/position/(\d+)"),
    Shape("jumpit", "jumpit.co.kr", path=r"/position/(\d+)"),
    Shape("saramin", "saramin.co.kr", query="rec_idx"),
    Shape("incruit", "incruit.com", query="job"),
    Shape("wanted", "wanted.co.kr", path=r"/wd/(\d+)"),
    Shape("worknet", "work24.go.kr", query="wantedAuthNo"),
    Shape("worknet", "work.go.kr", query="wantedAuthNo"),
)


def posting_at(url: str) -> tuple[str, str] | None:
    """Return (board, board id) of the posting that a link leads to, or None when it has no board's shape."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        query = parse_qs(parts.query)
    except ValueError:
        return None
    for shape in SHAPES:
        if parts.scheme in ("http", "https") and (host == shape.host or host.endswith("." + shape.host)):
            found = re.search(shape.path + r"(/|$)", parts.path) if shape.path else None
            number = found[1] if found else query.get(shape.query, [""])[0]
            return (shape.board, number) if NUMBER.fullmatch(number) else None
    return None
