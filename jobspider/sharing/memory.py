"""What a crawl remembers while it runs, where all its nodes see it."""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from jobspider.items import RawPosting, Sighting
from jobspider.memory import CrawlMemory
from jobspider.sharing.crawl import SharedCrawl

if TYPE_CHECKING:
    from jobspider.store import CrawlStore

AT_ONCE = 1_000
Note = dict[str, Any]  # page: which met it first; known: then; sighting
COUNTS = ("dropped", "failures", "filled")


class SharedMemory(CrawlMemory):
    """The memory of a crawl of several nodes."""

    def __init__(self, crawl: SharedCrawl) -> None:
        super().__init__()
        self.crawl, self.server = crawl, crawl.server
        self.sums_up = False
        self.elsewhere: set[str] = set()  # cards in the store that other nodes have met

    def look_up(self, store: "CrawlStore", page: str, cards: Sequence[RawPosting]) -> None:
        """Note who meets these cards first, and whether the card was known then: what the database says has moved on.

        The page that met a card first meets it first again, when another node has to read that page once more.
        """
        new = [card for card in cards if card.board_id not in store.met or card.board_id in self.elsewhere]
        for first in range(0, len(new), AT_ONCE):
            for board_id, note in self._noted(store, page, new[first : first + AT_ONCE]):
                self._take_note(store, board_id, note, is_ours=note["page"] == page)

    def _take_note(self, store: "CrawlStore", board_id: str, note: Note, is_ours: bool) -> None:
        sighting = Sighting(**note["sighting"])
        if note["known"]:
            store.known[board_id] = sighting.card_hash
        else:
            store.known.pop(board_id, None)
        if not is_ours:
            self.elsewhere.add(board_id)
            store.met.setdefault(board_id, sighting)
        elif board_id in self.elsewhere and not store.met[board_id].outcome:
            del store.met[board_id]  # that node died over the page, which is read again here

    def _noted(self, store: "CrawlStore", page: str, cards: Sequence[RawPosting]) -> Iterator[tuple[str, Note]]:
        key = self.crawl.key("met")
        with self.server.pipeline() as ask:
            for card in cards:
                sighting = Sighting(card.title, card.company, card.card_hash(store.seen_on))
                note = {"page": page, "known": store.knows(card), "sighting": asdict(sighting)}
                ask.hsetnx(key, card.board_id, json.dumps(note))
                ask.hget(key, card.board_id)
            notes = ask.execute()[1::2]
        yield from ((card.board_id, json.loads(note)) for card, note in zip(cards, notes, strict=True))

    def recall(self, board_id: str) -> Sighting | None:
        """Return the sighting of a card that another node has met."""
        note = self.server.hget(self.crawl.key("met"), board_id)
        return Sighting(**json.loads(cast(bytes, note))["sighting"]) if note else None

    def first_like(self, likeness: Hashable, board_id: str) -> str:
        """Return the id of the first posting of a likeness that any node has met."""
        digest = hashlib.sha256(repr(likeness).encode()).hexdigest()
        with self.server.pipeline() as ask:
            ask.hsetnx(self.crawl.key("likes"), digest, board_id)
            ask.hget(self.crawl.key("likes"), digest)
            return str(ask.execute()[1].decode())

    def turn(self) -> int:
        """Return how many postings all nodes have chosen to open."""
        return int(cast(Any, self.server.hincrby(self.crawl.key("crawl"), "turns", 1)))

    def may_ask_for_the_unlisted(self) -> bool:
        """Tell whether this node is the one to ask; none is where any could not read a page."""
        return not any(tally["failures"] for tally in self.crawl.tallies()) and self.crawl.claim("unlisted")

    def sum_up(self, store: "CrawlStore", requests: int) -> int | None:  # noqa: ARG002  it is in the tallies
        """Give the store the counts of all nodes and return all requests; None where another node does so."""
        if not self.sums_up:
            return None
        tallies = self.crawl.tallies()
        total(store, tallies)
        return sum(tally["requests"] for tally in tallies)

    def conclude(self, verdict: str) -> None:
        """Note the crawl's verdict."""
        self.crawl.conclude(verdict)


def tally_of(store: "CrawlStore", requests: int) -> dict[str, Any]:
    """Return what a node has counted, as JSON's own types."""
    counts = {name: getattr(store, name) for name in COUNTS}
    unknown = {field: dict(words) for field, words in store.unknown.items()}
    return {"requests": requests, "source": store.source, "listed": store.listed, "stored": store.stored,
            "unknown": unknown, **counts}  # fmt: skip


def total(store: "CrawlStore", tallies: Sequence[dict[str, Any]]) -> None:
    """Make a store's counts those of all nodes; its source is the one that any of them had to fall back on."""
    store.source = next((tally["source"] for tally in tallies if tally["source"] != store.source), store.source)
    store.listed, store.stored = (sum(tally[name] for tally in tallies) for name in ("listed", "stored"))
    for name in COUNTS:
        setattr(store, name, sum((Counter(tally[name]) for tally in tallies), Counter()))
    store.unknown = {}
    for tally in tallies:
        for field, words in tally["unknown"].items():
            store.unknown.setdefault(field, Counter()).update(words)
