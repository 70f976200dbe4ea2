"""How many of the postings read from a real page have each field: what a failing test shows."""

from collections import Counter
from dataclasses import fields
from pathlib import Path

from jobspider.items import RawPosting

SAVED = Path(__file__).resolve().parents[2].parent / "shared" / "boards"


def filled(postings: list[RawPosting]) -> Counter[str]:
    """Count the postings that have each field."""
    return Counter(name for posting in postings for name in FIELDS if getattr(posting, name))


def table(postings: list[RawPosting]) -> str:
    """Return a line for each field: its name, and how many of the postings have it."""
    counted = filled(postings)
    return "\n".join(f"{name:14} {counted[name]:4} of {len(postings)}" for name in FIELDS)


FIELDS = [field.name for field in fields(RawPosting)]
