"""The pages of unsubscribing: the same bytes for everybody, so that no answer tells a forged link from a true one."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

FOLDER = Path(__file__).with_name("html")
WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Pages:
    """The three pages, and the Content-Security-Policy that each is sent with."""

    ask: bytes  # one button
    done: bytes  # after it
    later: bytes  # it could not be taken down: the button again
    policy: str


def pages(school: str, form_url: str) -> Pages:
    """Return the pages of a school; `form_url` is where other addresses are unsubscribed by hand.

    ValueError when `form_url` is no web link.
    """
    if not form_url.startswith(WEB):
        raise ValueError("the address of the unsubscribe form does not begin with https://")
    style = _read("style.css")
    words = {"school": escape(school), "form": escape(form_url)}
    ask, done, later = (
        Template(_read("frame.html")).substitute(style=style, content=Template(_read(name)).substitute(words)).encode()
        for name in ("ask.html", "done.html", "later.html")
    )
    return Pages(ask, done, later, _policy(style))


def _policy(style: str) -> str:
    """Return a policy under which a page has this style, posts to its own server, and can do nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
