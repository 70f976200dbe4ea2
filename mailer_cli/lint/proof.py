"""An edition's mail as it is proofread: composed for a made-up student, written, and read back."""

import unicodedata
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from uuid import UUID

from mailer_cli.compose import compose
from mailer_cli.config import MailSettings
from mailer_cli.message import EditionMail, MailPosting, Message, Recipient
from mailer_cli.mime import to_bytes
from mailer_cli.wording import plain

STUDENT = Recipient(str(UUID(int=0)), "홍길동", "student@example.com")
UNSEEN = {"style", "script", "title"}


class Page(HTMLParser):
    """The links, images and visible words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[dict[str, str]] = []
        self.words = ""
        self._within: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link or an image."""
        values = {name: value or "" for name, value in attrs}
        if "href" in values:
            self.links.append(values["href"])
        if tag == "img":
            self.images.append(values)
        if tag in UNSEEN:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave what nobody sees."""
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        """Take visible words."""
        self.words += "" if self._within else data


@dataclass(frozen=True, slots=True)
class Proof:
    """A mail in every form that a rule looks at."""

    edition: EditionMail
    settings: MailSettings
    message: Message
    raw: bytes
    mail: EmailMessage
    page: Page

    @property
    def parts(self) -> dict[str, str]:
        """Return what a reader sees: the text part, and the HTML part's words."""
        return {"text": self.message.text, "HTML": self.page.words}

    @property
    def shown(self) -> tuple[MailPosting, ...]:
        """Return the postings that the HTML shows."""
        return self.edition.postings[: len(self.edition.postings) - len(self.message.common.left_out)]

    def own_words(self) -> str:
        """Return what the mail says besides its postings' titles and companies, which are other people's words."""
        words = "\n".join([self.message.subject, *self.parts.values()])
        theirs = {
            line for posting in self.edition.postings for line in (plain(posting.title), plain(posting.company, 60))
        }
        for line in sorted(theirs, key=len, reverse=True):
            words = words.replace(line, "")
        return words


def proof(edition: EditionMail, settings: MailSettings) -> Proof:
    """Compose an edition's proof; ValueError as compose()."""
    message = compose(edition, STUDENT, settings)
    raw = to_bytes(message, settings, STUDENT)
    mail = message_from_bytes(raw, policy=default)
    return Proof(edition, settings, message, raw, mail, Page(message.html))


def folded(words: str) -> str:
    """Return words for comparing: without case, width and blanks."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
