"""A Message → the bytes that leave the house (RFC 5322): seven bits, CRLF, the same for the same delivery."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from mailer_cli.config import MailSettings
from mailer_cli.letter import Message, Recipient
from mailer_cli.routes import sender_of
from mailer_cli.wording import plain

LINE_LIMIT = 998  # RFC 5322 2.1.1, without the CRLF
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class MailPolicy(EmailPolicy):
    """EmailPolicy that writes machine-read headers as they are.

    The standard policy puts a List-Unsubscribe URL beyond 78 columns into RFC 2047 encoded words, which no mail
    program decodes there (RFC 2369 wants the bare URL).
    """

    VERBATIM = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id", "message-id"})

    def fold(self, name: str, value: Any) -> str:
        """Return the header's lines; ValueError for a machine-read one that is not one line of ASCII."""
        return self._line(name, str(value)) if self._verbatim(name) else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return fold() as bytes."""
        return (
            self._line(name, str(value)).encode("ascii") if self._verbatim(name) else super().fold_binary(name, value)
        )

    def _verbatim(self, name: str) -> bool:
        return name.lower() in self.VERBATIM or name.lower().startswith("x-jm-")

    def _line(self, name: str, value: str) -> str:
        line = f"{name}: {value}"
        if not (value.isascii() and value.isprintable()) or len(line) > LINE_LIMIT:
            raise ValueError(f"{name} must be one line of printable ASCII, of {LINE_LIMIT} characters at the most")
        return line + self.linesep


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit")


def to_bytes(message: Message, settings: MailSettings, recipient: Recipient) -> bytes:
    """Return the mail as it is handed to a provider; ValueError when an address or header is unsafe."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = message.subject
    mail["From"] = _mailbox(settings.sender_name, sender_of(recipient.address, settings))
    mail["To"] = _mailbox(recipient.name, recipient.address)
    mail["Reply-To"] = _mailbox("", settings.reply_to)
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    # "_" is in no base64 line, so no body can hold the boundary.
    mail.set_boundary(f"=_{recipient.delivery_id}")
    return mail.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    if not ADDRESS.fullmatch(address):
        raise ValueError("an address is not plain ASCII like name@example.com")
    return Address(display_name=plain(name, 60), addr_spec=address)
