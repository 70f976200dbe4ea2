"""Does a crawl look like the board's earlier ones? Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from jobdb.clock import KST

RUNS = 8  # earlier runs that a crawl is compared with
LIKE_DAYS = 3  # so many runs on the same weekday are enough to leave the other days out
FALL = 0.5  # of the usual: below it something has changed
ENOUGH = 20  # fewer postings than this say nothing about shares
FILLED, EMPTIED = 0.9, 0.5  # a field that is usually filled, and one that has been lost


@dataclass(frozen=True, slots=True)
class Tally:
    """What is compared of one crawl: counts of cards, of stored postings, of drops by reason, of filled fields."""

    started_at: datetime
    listed: int
    stored: int
    dropped: dict[str, int]
    filled: dict[str, int]  # field -> stored postings that have it


def suspicion(crawl: Tally, earlier: Sequence[Tally]) -> str | None:
    """Return what is unlike the board's earlier sane crawls (newest first), or None.

    A fall below half of the usual number of cards or of the usual share of new ones, a drop reason that takes more
    than twice its share and most of the cards, a field usually filled in 90 % of postings and now in half of them.
    """
    usual = _comparable(crawl, earlier)
    if len(usual) < LIKE_DAYS:
        return None
    return _fewer_cards(crawl, usual) or _lost_field(crawl, usual) or _new_reason(crawl, usual)


def _comparable(crawl: Tally, earlier: Sequence[Tally]) -> list[Tally]:
    weekday = crawl.started_at.astimezone(KST).weekday()
    same = [run for run in earlier if run.started_at.astimezone(KST).weekday() == weekday][:RUNS]
    return same if len(same) >= LIKE_DAYS else list(earlier[:RUNS])


def _fewer_cards(crawl: Tally, usual: list[Tally]) -> str | None:
    cards = median(run.listed for run in usual)
    if cards >= ENOUGH and crawl.listed < FALL * cards:
        return f"listed {crawl.listed}, usually {cards:.0f}"
    stored = median(run.stored for run in usual)
    if stored >= ENOUGH and crawl.stored < FALL * stored and _share(crawl) < FALL * median(map(_share, usual)):
        return f"stored {crawl.stored}, usually {stored:.0f}"
    return None


def _share(crawl: Tally) -> float:
    return crawl.stored / max(1, crawl.listed)


def _lost_field(crawl: Tally, usual: list[Tally]) -> str | None:
    if crawl.stored < ENOUGH:
        return None
    for name in sorted({name for run in usual for name in run.filled}):
        before = [run.filled.get(name, 0) / run.stored for run in usual if run.stored >= ENOUGH]
        now = crawl.filled.get(name, 0) / crawl.stored
        if before and median(before) >= FILLED and now <= EMPTIED:
            return f"{name} is filled in {now:.0%}, usually in {median(before):.0%}"
    return None


def _new_reason(crawl: Tally, usual: list[Tally]) -> str | None:
    if crawl.listed < ENOUGH:
        return None
    for reason, count in sorted(crawl.dropped.items()):
        before = median(run.dropped.get(reason, 0) / max(1, run.listed) for run in usual)
        now = count / crawl.listed
        if reason != "known" and now > FALL and now > 2 * before:
            return f"{now:.0%} dropped as {reason}, usually {before:.0%}"
    return None
