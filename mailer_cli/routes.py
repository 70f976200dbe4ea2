"""Which way a mail goes, by its recipient's domain, and whom it is from on that way."""

from typing import Literal

from mailer_cli.config import MailSettings

Route = Literal["default", "chunjae"]


def route_of(address: str, domains: tuple[str, ...]) -> Route:
    """Return `chunjae` when the address's domain is one of `domains` or below it, and `default` otherwise.

    Domains compare by whole labels in punycode and lower case, with a root dot or without.
    """
    domain = _ascii(address.rpartition("@")[2])
    below = any(domain == (own := _ascii(name)) or domain.endswith("." + own) for name in domains)
    return "chunjae" if below else "default"


def sender_of(address: str, settings: MailSettings) -> str:
    """Return the address that a mail to `address` is from.

    SES applies an identity's default configuration set to every mail from it, so the chunjae route, which must
    have none, sends from an identity of its own. SMTP relays know no such sets.
    """
    if settings.delivery != "smtp" and route_of(address, settings.chunjae_domains) == "chunjae":
        return settings.ses.chunjae_sender
    return settings.sender_address


def _ascii(domain: str) -> str:
    folded = domain.strip().rstrip(".").lower()
    return folded if folded.isascii() else folded.encode("idna").decode("ascii")
