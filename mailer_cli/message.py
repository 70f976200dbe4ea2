"""The parts of a mail: postings, their edition, its recipient, and the message that comes of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from jobdb.boards import BOARDS
from jobdb.posting import Career, Deadline, Region

# Private use: plain() leaves none of them in any text, so they stand for the recipient's name and logo alone.
NAME_MARK, LOGO_MARK = "\ue000", "\ue001"

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
    """A course's mailing at a slot (KST), with its postings, the best first; `kind` is `service` or `ad`."""

    edition_id: int
    course_id: int
    course: str
    track: str
    track_label: str
    slot: datetime
    postings: tuple[MailPosting, ...]
    kind: str = "service"

    @property
    def course_key(self) -> str:
        """Return a name of the course for figures that take no Korean: bigdata-7."""
        return f"{self.track}-{self.course_id}"

    def __hash__(self) -> int:
        """Return a hash that costs little: one edition is looked up for each of its mails."""
        return hash((self.edition_id, self.slot, self.kind))


@dataclass(frozen=True, slots=True)
class Composed:
    """An edition's words with NAME_MARK and LOGO_MARK where a recipient's own stand; `left_out` is not in the HTML."""

    subject: str
    text: str
    html: str
    left_out: tuple[MailPosting, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of one delivery; `delivery_id` is a uuid."""

    delivery_id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """A mail before it is bytes: its edition's words, the recipient's own for the marks, and headers for programs."""

    common: Composed
    in_text: dict[str, str]  # mark -> what stands there
    in_html: dict[str, str]  # the same, as HTML
    headers: dict[str, str]

    @property
    def subject(self) -> str:
        """Return the subject."""
        return self.common.subject

    @property
    def text(self) -> str:
        """Return the text part."""
        return _filled(self.common.text, self.in_text)

    @property
    def html(self) -> str:
        """Return the HTML part."""
        return _filled(self.common.html, self.in_html)


def _filled(words: str, fillings: dict[str, str]) -> str:
    for mark, filling in fillings.items():
        words = words.replace(mark, filling)
    return words


def leads_to_board(url: str, board: str) -> bool:
    """Say whether `url` is a plain web link into a domain of the board or of a partner: any host of saramin.co.kr."""
    domains = [(urlsplit(home).hostname or "").partition(".")[2] for home in BOARDS[board].homes]
    host = (urlsplit(url).hostname or "") if WEB_LINK.fullmatch(url) else ""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
