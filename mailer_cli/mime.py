"""A Message → the bytes that leave the house (RFC 5322): seven bits, CRLF, the same for the same delivery."""

import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from mailer_cli.config import MailSettings
from mailer_cli.message import Message, Recipient
from mailer_cli.routes import sender_of
from mailer_cli.wording import plain

LINE_LIMIT = 998  # RFC 5322 2.1.1, without the CRLF
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class MailPolicy(EmailPolicy):
    """EmailPolicy with two of its habits mended.

    It puts a List-Unsubscribe URL beyond 78 columns into RFC 2047 encoded words, which no mail program decodes
    there (RFC 2369 wants the bare URL); and it loses blanks between ASCII and Korean words of a subject.
    """

    VERBATIM = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id", "message-id"})
    MAILBOX = frozenset({"from", "to", "reply-to"})

    def fold(self, name: str, value: Any) -> str:
        """Return the header's lines; ValueError for a machine-read one that is not one line of ASCII."""
        key = name.lower()
        if key in self.VERBATIM or key.startswith("x-jm-"):
            return self._line(name, str(value))
        if key == "subject":
            return f"{name}: {self._encoded(name, str(value))}{self.linesep}"
        if key in self.MAILBOX:
            return f"{name}: {self._mailbox(name, value.addresses[0])}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return fold() as bytes."""
        return self.fold(name, value).encode("ascii")

    def _line(self, name: str, value: str) -> str:
        line = f"{name}: {value}"
        if not (value.isascii() and value.isprintable()) or len(line) > LINE_LIMIT:
            raise ValueError(f"{name} must be one line of printable ASCII, of {LINE_LIMIT} characters at the most")
        return line + self.linesep

    def _encoded(self, name: str, words: str) -> str:
        return Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)

    def _mailbox(self, name: str, mailbox: Address) -> str:
        if not mailbox.display_name:
            return mailbox.addr_spec
        return f"{self._encoded(name, mailbox.display_name)}{self.linesep} <{mailbox.addr_spec}>"


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit")


def to_bytes(message: Message, settings: MailSettings, recipient: Recipient) -> bytes:
    """Return the mail as it is handed to a provider; ValueError when an address or header is unsafe."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = _undecodable(message.subject)
    mail["From"] = _address(settings.sender_name, sender_of(recipient.address, settings))
    mail["To"] = _address(recipient.name, recipient.address)
    mail["Reply-To"] = _address("", settings.reply_to)
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    # "_" is in no base64 line, so no body can hold the boundary.
    mail.set_boundary(f"=_{recipient.delivery_id}")
    return mail.as_bytes()


def _address(name: str, address: str) -> Address:
    if not ADDRESS.fullmatch(address):
        raise ValueError("an address is not plain ASCII like name@example.com")
    return Address(display_name=_undecodable(plain(name, 60)), addr_spec=address)


def _undecodable(words: str) -> str:
    """Return words that hold no RFC 2047 encoded word: EmailMessage would decode it, line breaks and all."""
    return words.replace("=?", "= ?")
