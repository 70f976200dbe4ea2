"""A Message → the bytes that leave the house (RFC 5322): seven bits, CRLF, the same for the same delivery.

Written by hand: the standard library's EmailMessage takes 30 times as long, puts a List-Unsubscribe beyond 78 columns
into encoded words, which no mail program decodes there (RFC 2369 wants the bare URL), and loses blanks between ASCII
and Korean words of a subject.
"""

import re
from collections.abc import Iterator
from email.header import Header
from functools import lru_cache

from mailer_cli.config import MailSettings
from mailer_cli.message import LOGO_MARK, NAME_MARK, Composed, Message, Recipient
from mailer_cli.part import Part
from mailer_cli.routes import sender_of
from mailer_cli.wording import plain

LINE_LIMIT = 998  # RFC 5322 2.1.1, without the CRLF
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PART = 'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'


def to_bytes(message: Message, settings: MailSettings, recipient: Recipient) -> bytes:
    """Return the mail as it is handed to a provider; ValueError when an address or header is unsafe."""
    boundary = f"=_{recipient.delivery_id}"  # "_" is in no base64 line, so no body can hold it
    lines = "\r\n".join(_head(message, settings, recipient))
    text, html = _parts(message.common)
    multipart = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'
    return b"".join(
        (
            f"{lines}\r\n{multipart}\r\n--{boundary}\r\n{PART.format('plain')}".encode("ascii"),
            text.filled(message.in_text),
            f"\r\n--{boundary}\r\n{PART.format('html')}".encode("ascii"),
            html.filled(message.in_html),
            f"\r\n--{boundary}--\r\n".encode("ascii"),
        )
    )


@lru_cache(maxsize=16)
def _parts(common: Composed) -> tuple[Part, Part]:
    marks = NAME_MARK + LOGO_MARK
    return Part(common.text, marks), Part(common.html, marks)


def _head(message: Message, settings: MailSettings, recipient: Recipient) -> Iterator[str]:
    yield f"Subject: {encoded('Subject', message.subject)}"
    yield f"From: {_mailbox('From', settings.sender_name, sender_of(recipient.address, settings))}"
    yield f"To: {_mailbox('To', recipient.name, recipient.address)}"
    yield f"Reply-To: {_mailbox('Reply-To', '', settings.reply_to)}"
    for name, value in message.headers.items():
        yield _line(name, value)


def _line(name: str, value: str) -> str:
    """Return a header that programs read: bare, and on one line however long it is."""
    line = f"{name}: {value}"
    if not (value.isascii() and value.isprintable()) or len(line) > LINE_LIMIT:
        raise ValueError(f"{name} must be one line of printable ASCII, of {LINE_LIMIT} characters at the most")
    return line


def _mailbox(header: str, name: str, address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise ValueError("an address is not plain ASCII like name@example.com")
    shown = plain(name, 60)
    return f"{encoded(header, shown)}\r\n <{address}>" if shown else address


@lru_cache(maxsize=4096)
def encoded(header: str, words: str) -> str:
    """Return a line of words as RFC 2047 writes it, folded.

    Words that look encoded themselves are parted: some programs decode twice, line breaks and all.
    """
    return Header(words.replace("=?", "= ?"), "utf-8", header_name=header).encode(linesep="\r\n")
