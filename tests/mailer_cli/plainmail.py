"""A mail made the plain way: the whole template rendered for each student, the bytes written by EmailMessage.

What the mailer's own way must equal byte for byte, and what bench/composing.py times it against.
"""

from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from mailer_cli.compose import compose, greeted, logo_url, rendered
from mailer_cli.config import MailSettings
from mailer_cli.message import EditionMail, Recipient
from mailer_cli.routes import sender_of
from mailer_cli.wording import plain


class MailPolicy(EmailPolicy):
    """EmailPolicy without its two faults: long machine-read headers encoded, blanks of a subject lost."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header's lines."""
        if name == "Subject":
            return f"{name}: {encoded(name, str(value))}{self.linesep}"
        if name in {"From", "To", "Reply-To"}:
            return f"{name}: {mailbox(name, value.addresses[0])}{self.linesep}"
        if name in {"Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}:
            return super().fold(name, value)
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return fold() as bytes."""
        return self.fold(name, value).encode("ascii")


def encoded(name: str, words: str) -> str:
    return Header(words, "utf-8", header_name=name).encode(linesep="\r\n")


def mailbox(name: str, address: Address) -> str:
    if not address.display_name:
        return address.addr_spec
    return f"{encoded(name, address.display_name)}\r\n <{address.addr_spec}>"


def plain_mail(edition: EditionMail, recipient: Recipient, settings: MailSettings) -> bytes:
    """Return a recipient's mail."""
    words = rendered(edition, settings, greeted(recipient.name), logo_url(recipient, settings))
    mail = EmailMessage(policy=MailPolicy(linesep="\r\n", cte_type="7bit"))
    mail["Subject"] = words.subject.replace("=?", "= ?")
    mail["From"] = address(settings.sender_name, sender_of(recipient.address, settings))
    mail["To"] = address(recipient.name, recipient.address)
    mail["Reply-To"] = address("", settings.reply_to)
    for name, value in compose(edition, recipient, settings).headers.items():
        mail[name] = value
    mail.set_content(words.text, cte="base64")
    mail.add_alternative(words.html, subtype="html", cte="base64")
    del mail.get_payload()[1]["MIME-Version"]  # type: ignore[index]
    mail.set_boundary(f"=_{recipient.delivery_id}")
    return mail.as_bytes()


def address(name: str, spec: str) -> Address:
    return Address(display_name=plain(name, 60).replace("=?", "= ?"), addr_spec=spec)
