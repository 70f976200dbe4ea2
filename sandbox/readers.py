"""Made-up readers: what people, mail programs and gateways do with a mail; the same mail is read the same way again."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from html import unescape
from typing import Any, Literal

from sandbox.ses.account import Accepted
from sandbox.ses.events import arrives, event

What = Literal["open", "click", "one_click", "page"]

ADDRESS = "203.0.113.9"  # every reader's (RFC 5737: nobody's), which must never get anywhere
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
OUTLOOK = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
LINK = re.compile(r'<a\b[^>]*?\bhref="(https://[^"]+)"')
WEEK = timedelta(days=6)
HIDDEN = {GMAIL: "machine"}  # behind its proxy nobody can tell a person from a program, and counting is strict


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind of reader: how many of a hundred are so, who it is, and by which programs it opens and clicks.

    Opens up to `openings` times, then clicks with the chance `clicking`; leaves for good with the chance `leaving`.
    """

    share: int
    reader: str  # human, machine, unknown: who it really is
    opens_by: str
    clicks_by: str
    openings: int
    clicking: float = 0
    leaving: float = 0
    ahead: bool = False  # it looks ahead of the reader: at once, and at every link


HABITS = (
    Habit(20, "human", BROWSER, BROWSER, 3, 0.5, 0.07),  # Naver's page: the reader's own browser loads the logo
    Habit(14, "human", PHONE, PHONE, 2, 0.4, 0.07),
    Habit(10, "human", GMAIL, BROWSER, 2, 0.45, 0.07),
    Habit(5, "human", OUTLOOK, BROWSER, 2, 0.3),
    Habit(8, "machine", "Mozilla/5.0", PHONE, 1),  # Apple's privacy protection loads what nobody may ever look at
    Habit(3, "machine", BROWSER, BROWSER, 1, 1, ahead=True),  # a gateway that tries each link as the mail comes in
    Habit(4, "unknown", YAHOO, BROWSER, 1),
    Habit(36, "human", BROWSER, BROWSER, 0),  # nobody opens it
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a reader does, so long after the mail was sent; `link` is of a click, `reader` is who it is taken for."""

    what: What
    after: timedelta
    agent: str
    reader: str
    link: str = ""


def visits(mail: Accepted, seed: int = 7) -> list[Visit]:
    """Return what becomes of a mail that was taken, in time; nothing of one that never arrives."""
    if not arrives(mail):
        return []
    message = message_from_bytes(mail.raw)
    dice = random.Random(f"readers {seed} {mail.recipient} {message['Date']}")  # noqa: S311 (a game, no secret)
    (habit,) = dice.choices(HABITS, [each.share for each in HABITS])
    found = _ahead(habit, links(message)) if habit.ahead else _reading(habit, links(message), dice)
    return sorted(found, key=lambda visit: visit.after)


def _ahead(habit: Habit, found: list[str]) -> Iterator[Visit]:
    yield Visit("open", timedelta(seconds=3), habit.opens_by, habit.reader)
    for number, link in enumerate(found):
        yield Visit("click", timedelta(seconds=3, milliseconds=20 * number), habit.clicks_by, habit.reader, link)


def _reading(habit: Habit, found: list[str], dice: random.Random) -> Iterator[Visit]:
    leaves, at = dice.random() < habit.leaving, timedelta(minutes=1) + dice.random() ** 3 * WEEK
    for _ in range(dice.randint(min(1, habit.openings), habit.openings)):
        yield Visit("open", at, habit.opens_by, HIDDEN.get(habit.opens_by, habit.reader))
        at += timedelta(minutes=dice.randint(2, 600))
    if dice.random() < habit.clicking:
        for link in dice.sample(found, min(len(found), dice.randint(1, 4))):
            at += timedelta(seconds=dice.randint(5, 300))
            yield Visit("click", at, habit.clicks_by, habit.reader, link)
    if leaves:
        yield Visit(dice.choice(("one_click", "page")), at + timedelta(minutes=1), habit.clicks_by, habit.reader)


def links(message: Message) -> list[str]:
    """Return what a mail's HTML links to, once each, but for links of its own that hold a token."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/html")
    pages = (part.get_payload(decode=True) for part in parts)
    text = "".join(page.decode() for page in pages if isinstance(page, bytes))
    own = (message["List-Unsubscribe"] or "").strip("<>")
    return [link for each in dict.fromkeys(LINK.findall(text)) if (link := unescape(each)) != own]


def click(mail: Accepted, visit: Visit) -> dict[str, Any]:
    """Return a click as SES tells it, with the reader's IP address as SES does."""
    about = {"ipAddress": ADDRESS, "userAgent": visit.agent, "link": visit.link, "linkTags": None}
    return event("Click", mail, about, visit.after)


def hit(mail: Accepted, visit: Visit) -> Mapping[str, str]:
    """Return an opening or an unsubscribing as the tracking endpoint tells it."""
    at = (mail.at + visit.after).isoformat(timespec="milliseconds")
    told = {"delivery": mail.delivery_id, "at": at, "id": f"{mail.delivery_id} {visit.what} {at}"}
    if visit.what == "open":
        return {"hit": "open", "agent": visit.agent} | told
    return {"hit": "unsubscribe", "how": visit.what} | told
