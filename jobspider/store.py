"""What the crawl knows of earlier crawls and what it writes: sightings, postings, verdicts, its own row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from jobdb import logs
from jobdb.posting import CareerKind, DeadlineKind, Education, Posting
from jobspider import statements
from jobspider.account import connect
from jobspider.baseline import Tally
from jobspider.items import RawPosting, Sighting, Verdict
from jobspider.memory import CrawlMemory

if TYPE_CHECKING:
    from psycopg2.extensions import connection

STORED = "stored"

# Not known: the card of a stored posting that was closed since. A list that still shows it has it opened once more.
KNOWN = """
    SELECT board_id, card_hash FROM sighting LEFT JOIN posting USING (board, board_id)
    WHERE board = %s AND (outcome <> 'stored' OR closed_at IS NULL)
"""


@dataclass
class CrawlStore:
    """One crawl's way to the database: what is known, what waits to be written, what was counted."""

    database: "connection"
    spider: str
    known: dict[str, str]  # board id -> card hash, of earlier crawls
    source: str = ""  # which of the board's ways is read, where it has several
    seen_on: date | None = None  # the day of this crawl, which gives relative words on cards their meaning
    rules: str = ""  # the fingerprint of the keywords that it matches with
    run_id: str | None = None  # of the scheduled job that it belongs to
    deep: bool = False  # known cards are no sign to stop: the first crawl, asked for, or the last one was not whole
    listed: int = 0
    stored: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, Counter[str]] = field(default_factory=dict)
    met: dict[str, Sighting] = field(default_factory=dict)  # of this crawl
    memory: CrawlMemory = field(default_factory=CrawlMemory)
    touched: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    crawl_id: int = 0

    @classmethod
    def open(cls, spider: str) -> Self:
        """Connect and read what earlier crawls of this board have seen. Raises DatabaseError."""
        database = connect()
        with database, database.cursor() as cursor:
            cursor.execute(KNOWN, (spider,))
            return cls(database, spider, dict(cursor.fetchall()), run_id=logs.run_id())

    def last_crawl_was_whole(self) -> bool:
        """Tell whether the newest crawl came to its end: after one that did not, known cards are no sign to stop."""
        with self.database, self.database.cursor() as cursor:
            cursor.execute("SELECT verdict FROM crawl WHERE spider = %s ORDER BY id DESC LIMIT 1", (self.spider,))
            row = cursor.fetchone()
        return row is None or row[0] == "ok"

    # Counting ---------------------------------------------------------------------------------------

    def look_up(self, page: str, cards: Sequence[RawPosting]) -> None:
        """Learn which of a list page's cards other nodes of this crawl have met."""
        self.memory.look_up(self, page, cards)

    def meet(self, card: RawPosting) -> bool:
        """Note a card that a list shows; return True when there is nothing to do for it.

        That is so for a card met before in this crawl, and for one that earlier crawls have seen word for word.
        """
        self.listed += 1
        if card.board_id in self.met:
            self.dropped["listed twice"] += 1
            return True
        digest = card.card_hash(self.seen_on)
        self.met[card.board_id] = Sighting(card.title, card.company, digest)
        if self.known.get(card.board_id) != digest:
            return False
        self.dropped["known"] += 1
        self.touched.append(card.board_id)
        return True

    def forget(self, board_ids: set[str]) -> None:
        """Take cards for new, although earlier crawls have seen them."""
        for board_id in board_ids:
            self.known.pop(board_id, None)

    def knows(self, card: RawPosting) -> bool:
        """Tell whether earlier crawls have seen this card word for word."""
        return self.known.get(card.board_id) == card.card_hash(self.seen_on)

    def drop(self, board_id: str, reason: str) -> None:
        """Count a posting that is not kept, and remember it with the reason."""
        self.dropped[reason] += 1
        self._settle(board_id, reason)

    def keep(self, posting: Posting) -> None:
        """Take a posting to be written with the next batch."""
        self.postings.append(posting)
        self.filled.update(filled_fields(posting))
        self._settle(posting.board_id, STORED)

    def count_failure(self, what: str) -> None:
        """Count a page that could not be fetched or read."""
        self.failures[what] += 1

    def name(self, posting: Posting) -> None:
        """Note the title and company of a posting whose card printed none."""
        if sighting := self._sighting(posting.board_id):
            sighting.title, sighting.company = posting.title, posting.company

    def count_unknown(self, posting: Posting) -> None:
        """Count the wordings of a posting that no table knows."""
        for words in posting.unknown:
            self.unknown.setdefault(words.field, Counter())[words.wording] += 1

    def _settle(self, board_id: str, outcome: str) -> None:
        if sighting := self._sighting(board_id):
            sighting.outcome = outcome
            self.settled.append(board_id)

    def _sighting(self, board_id: str) -> Sighting | None:
        if board_id not in self.met and (met_elsewhere := self.memory.recall(board_id)):
            self.met[board_id] = met_elsewhere
        return self.met.get(board_id)

    # Writing ----------------------------------------------------------------------------------------

    def flush(self, at: datetime) -> None:
        """Write the waiting postings and sightings in one transaction: a killed crawl loses at most this batch."""
        sightings = [(board_id, self.met[board_id]) for board_id in self.settled]
        with self.database, self.database.cursor() as cursor:
            statements.write_postings(cursor, self.postings, at)
            statements.write_sightings(cursor, self.spider, sightings, at)
            statements.touch(cursor, self.spider, self.touched, at)
        self.stored += len(self.postings)
        self.postings, self.settled, self.touched = [], [], []

    def write_verdict(self, verdict: Verdict) -> None:
        """Record what a board said of a posting, and close or reopen it accordingly."""
        with self.database, self.database.cursor() as cursor:
            statements.write_verdict(cursor, verdict)

    def begin(self, at: datetime, made_up: bool) -> None:
        """Write the crawl's row at its start, so that a killed crawl leaves one without an end."""
        with self.database, self.database.cursor() as cursor:
            self.crawl_id = statements.begin_crawl(cursor, self, at, made_up)

    def tally(self, started_at: datetime) -> Tally:
        """Return what is compared of this crawl with earlier ones."""
        return Tally(started_at, self.listed, self.stored, dict(self.dropped), dict(self.filled))

    def earlier(self) -> list[Tally]:
        """Return the board's sane crawls of before by the same way and as deep as this one, newest first."""
        with self.database, self.database.cursor() as cursor:
            cursor.execute(
                """
                SELECT started_at, listed, stored, dropped, filled FROM crawl
                WHERE spider = %s AND source = %s AND deep = %s AND verdict = 'ok' ORDER BY id DESC LIMIT 60
                """,
                (self.spider, self.source, self.deep),
            )
            return [Tally(*row) for row in cursor.fetchall()]

    def mark_unlisted(self, since: datetime) -> int:
        """Mark the board's open postings that a full crawl begun at `since` did not meet; return how many."""
        with self.database, self.database.cursor() as cursor:
            return statements.mark_unlisted(cursor, self.spider, since)

    def finish(self, at: datetime, requests: int, verdict: str, cause: str | None) -> None:
        """Complete the crawl's row with its counts and verdict."""
        with self.database, self.database.cursor() as cursor:
            statements.finish_crawl(cursor, self, at, requests, verdict, cause)
        self.database.close()


def filled_fields(posting: Posting) -> list[str]:
    """Return the names of the fields that a posting has."""
    has = {
        "deadline": posting.deadline.kind is not DeadlineKind.UNKNOWN,
        "career": posting.career.kind is not CareerKind.UNKNOWN,
        "education": posting.education is not Education.UNKNOWN,
        "employment": bool(posting.employment),
        "region": bool(posting.regions) or posting.remote,
        "posted": posting.posted_on is not None,
        "body": bool(posting.body) or posting.image_only,
    }
    return [name for name, filled in has.items() if filled]
