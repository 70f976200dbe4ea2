"""Something that is wrong now, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime

from jobdb.clock import KST
from mailer_cli.wording import day_words


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `kind` and `subject` say that it is the same one at the next look.

    `english` is for the terminal, `korean` and `remedy` (Korean too) for whoever reads the alert. No address.
    """

    kind: str  # crawl, slot, job, unknown, bounces, complaints, disk
    subject: str
    english: str
    korean: str
    remedy: str


def instant_words(at: datetime) -> str:
    """Return an instant as a Korean reads it: `11월 24일(화) 17:00`."""
    here = at.astimezone(KST)
    return f"{day_words(here.date())} {here:%H:%M}"
