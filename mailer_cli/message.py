"""The parts of a mail: postings, their edition, its recipient, and the message that comes of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from jobdb.boards import BOARDS
from jobdb.posting import Career, Deadline, Region

# Strict on purpose: a backslash, a blank or a user name before the host makes programs disagree on the host.
WEB_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")


@dataclass(frozen=True, slots=True)
class MailPosting:
    """A posting as the mail needs it. ValueError when its link does not lead to its own board over http or https."""

    posting_id: int
    title: str
    company: str
    board: str
    url: str
    deadline: Deadline
    career: Career
    regions: tuple[Region, ...]
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.board not in BOARDS:
            raise ValueError(f"posting {self.posting_id}: no board {self.board!r}")
        if not leads_to_board(self.url, self.board):
            raise ValueError(f"posting {self.posting_id}: the link does not lead to {BOARDS[self.board].home}")


@dataclass(frozen=True, slots=True)
class EditionMail:
    """A course's mailing at a slot (KST), with its postings in their order."""

    edition_id: int
    course: str
    track: str
    track_label: str
    slot: datetime
    postings: tuple[MailPosting, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of one delivery; `delivery_id` is a uuid."""

    delivery_id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """A mail before it is bytes: its words, and the headers that do not depend on the recipient's address."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


def leads_to_board(url: str, board: str) -> bool:
    """Say whether `url` is a plain web link into a domain of the board or of a partner: any host of saramin.co.kr."""
    domains = [(urlsplit(home).hostname or "").partition(".")[2] for home in BOARDS[board].homes]
    host = (urlsplit(url).hostname or "") if WEB_LINK.fullmatch(url) else ""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
