"""Which table's rows go into which part: the postings in the clear, the people encrypted."""

from collections.abc import Iterable
from dataclasses import dataclass

POSTINGS = frozenset({
    # the market, and how it was read
    "api_call", "cluster_key", "cluster_verdict", "crawl", "link_check", "market", "market_passed", "posting",
    "posting_track", "sighting",
    # which database this is, and how its machine fared; no person stands there
    "_yoyo_log", "_yoyo_migration", "_yoyo_version", "delivery_move", "home", "incident", "job_run",
})  # fmt: skip
PEOPLE = frozenset({
    "approval", "attempt", "course", "delivery", "edition", "edition_passed", "edition_posting", "feedback",
    "form_quarantine", "form_reading", "mail_event", "refusal", "refusals_override", "roster_import", "sender",
    "sending_rate", "sent_before", "student", "suppression", "unread_event",
})  # fmt: skip
# Only their shape is kept: a row of yoyo_lock, restored, would keep every later migration out for ever.
PASSING = frozenset({"yoyo_lock"})


@dataclass(frozen=True, slots=True, order=True)
class Table:
    """A table of the database."""

    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"

    def pattern(self) -> str:
        """Return the table as pg_dump's options take it, without wildcards."""
        return ".".join('"{}"'.format(word.replace('"', '""')) for word in (self.schema, self.name))


@dataclass(frozen=True, slots=True)
class Parts:
    """A database's tables by part."""

    postings: tuple[Table, ...]
    people: tuple[Table, ...]
    passing: tuple[Table, ...]


def parted(tables: Iterable[Table]) -> Parts:
    """Return tables by part. One that nobody has put anywhere goes to the people: it is encrypted, not left out."""
    postings: list[Table] = []
    people: list[Table] = []
    passing: list[Table] = []
    for table in sorted(tables):
        known = table.name if table.schema == "public" else ""
        (postings if known in POSTINGS else passing if known in PASSING else people).append(table)
    return Parts(tuple(postings), tuple(people), tuple(passing))
