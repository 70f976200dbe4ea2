"""What the endpoint answers: always the same logo and the same pages, and a hit kept when a token is true."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from infra.logo.pages import Pages
from infra.logo.request import Request, read
from mailer_cli.tokens import Keys, delivery_of

Hit = dict[str, str]  # hit, delivery, at, id, and agent of an open or how of an unsubscribe
Metric = Literal["LogoOpens", "Unsubscribes", "ForgedTokens", "HitsLost"]

# A picture or page that is kept anywhere on the way is not asked for again, and an opening would go uncounted.
UNKEPT = {"cache-control": "no-store, no-cache, must-revalidate, max-age=0, private", "x-robots-tag": "noindex"}
CLOSED = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}  # a page's address holds a token
RETRY_AFTER = "300"  # seconds


class HitLost(Exception):
    """A hit could not be kept; the text is the reason, and holds no token and no address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to: the answer, what is counted of it, and why a hit was lost."""

    reply: Reply
    metric: Metric | None = None
    trouble: str = ""


class Endpoint:
    """The endpoint of one school; `keep` takes each hit and raises HitLost when it cannot."""

    def __init__(self, keys: Keys, logo: bytes, pages: Pages, keep: Callable[[Hit], None]) -> None:
        self._keys, self._keep = keys, keep
        self._logo = _reply(200, {"content-type": "image/png"}, logo)
        self._ask, self._done = (_page(200, pages, body) for body in (pages.ask, pages.done))
        self._later = _page(503, pages, pages.later, {"retry-after": RETRY_AFTER})

    def answer(self, event: object, now: datetime) -> Outcome:
        """Answer a Lambda event (request.read says which shapes) at an instant; never raises.

        A hit is kept before its answer is given.
        """
        request = read(event)
        reading = request.method in {"GET", "HEAD"}
        if request.place == "o":
            return self._show(request, now) if reading else Outcome(_refusal(405, "GET, HEAD"))
        if request.place != "u":
            return Outcome(_refusal(404))
        if request.method == "POST":
            return self._unsubscribe(request, now)
        return self._offer(request) if reading else Outcome(_refusal(405, "GET, HEAD, POST"))

    def _show(self, request: Request, now: datetime) -> Outcome:
        if request.method == "HEAD":
            return Outcome(self._logo)
        delivery = delivery_of(request.token, "open", self._keys)
        if delivery is None:
            return Outcome(self._logo, "ForgedTokens")
        hit = {"hit": "open", **_which(delivery, request, now), "agent": request.agent}
        return self._kept(hit, Outcome(self._logo, "LogoOpens"), self._logo)

    def _offer(self, request: Request) -> Outcome:
        """Show the button: scanners follow links, so no GET ever unsubscribes (RFC 8058 section 1)."""
        known = request.method == "HEAD" or delivery_of(request.token, "unsubscribe", self._keys)
        return Outcome(self._ask, None if known else "ForgedTokens")

    def _unsubscribe(self, request: Request, now: datetime) -> Outcome:
        delivery = delivery_of(request.token, "unsubscribe", self._keys)
        if delivery is None:
            return Outcome(self._done, "ForgedTokens")
        how = "one_click" if request.one_click else "page"
        hit = {"hit": "unsubscribe", "how": how, **_which(delivery, request, now)}
        return self._kept(hit, Outcome(self._done, "Unsubscribes"), self._later)

    def _kept(self, hit: Hit, outcome: Outcome, otherwise: Reply) -> Outcome:
        try:
            self._keep(hit)
        except HitLost as lost:
            return Outcome(otherwise, "HitsLost", str(lost))
        return outcome


def _which(delivery: str, request: Request, now: datetime) -> Hit:
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"delivery": delivery, "at": at, "id": request.id}


def _page(status: int, pages: Pages, body: bytes, headers: dict[str, str] | None = None) -> Reply:
    said = {"content-type": "text/html; charset=utf-8", "content-security-policy": pages.policy, **CLOSED}
    return _reply(status, said | (headers or {}), body)


def _refusal(status: int, allow: str = "") -> Reply:
    said = {"content-type": "text/plain; charset=utf-8"} | ({"allow": allow} if allow else {})
    return _reply(status, said, f"{HTTPStatus(status).phrase}\n".encode())


def _reply(status: int, headers: dict[str, str], body: bytes) -> Reply:
    return Reply(status, tuple((headers | UNKEPT).items()), body)
