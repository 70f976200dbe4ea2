"""Values out of messages from elsewhere, which may be anything: each has the expected type or is empty."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

YEARS = range(2000, 2101)  # any other is a fault of the message
AT = r"(?:@|\\u0040|%40|&#(?:64|x40);)"
ADDRESS = re.compile(rf"[^\s<>()\"',;:\[\]{{}}]{{1,64}}{AT}[^\s<>()\"',;:\[\]{{}}\\]+", re.IGNORECASE)
IPV4 = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
IPV6 = r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"
IP = re.compile(f"{IPV4}|{IPV6}")


def text(value: object, most: int = 300) -> str:
    """Return a text as the database takes it, cut to `most` characters; empty for anything that is no text."""
    if not isinstance(value, str):
        return ""
    cut = value[:most]
    if cut.isascii():
        return cut.replace("\0", "")
    return cut.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def table(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """Return a JSON array, or an empty one."""
    return value if isinstance(value, list) else []


def instant(value: object) -> datetime | None:
    """Return the instant of an ISO 8601 text in UTC, which is meant where no offset stands; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year in YEARS else None


def uuid(value: object) -> str | None:
    """Return a uuid as the database writes it, or None."""
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def masked(body: str, most: int = 16_000) -> str:
    """Return a body as it may be kept: mail addresses and IP addresses replaced, in whatever spelling JSON has them."""
    return IP.sub("(ip)", ADDRESS.sub("(address)", text(body, most)))
