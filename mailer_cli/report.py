"""How editions stand: chosen of quota by board, passed over by reason, deliveries by state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobdb.tracks import ANY_BOARD, Track
from mailer_cli.records import Edition, EditionState
from mailer_cli.store import figures

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

WORDS = {"sent_before": "already sent", "company_quota": "more of one company"}  # where the name is not the word
NOT_OURS = {"over_quota", "same_posting"}  # passed over for another posting of the same mail: no shortfall comes of it


@dataclass
class BoardShare:
    """What a board gave to an edition; `quota` is None where the track counts all boards together."""

    quota: int | None
    chosen: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)


@dataclass
class EditionReport:
    """One edition in figures; the field names are those of `mailer status --json`."""

    edition_id: int
    course: str
    track: str
    slot: str
    state: str
    reason: str | None
    quota: int
    chosen: int = 0
    boards: dict[str, BoardShare] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def standing(self) -> str:
        """Return the state with its reason: "refused: before window"."""
        return f"{self.state}: {words(self.reason)}" if self.reason else self.state

    def shortfalls(self) -> list[str]:
        """Return a line for each board (or for all together) that stayed below its quota."""
        if self.state == EditionState.REFUSED or self.chosen >= self.quota:
            return []
        short = [
            _shortfall(board, share.chosen, share.quota, share.passed_over)
            for board, share in self.boards.items()
            if share.quota is not None and share.chosen < share.quota
        ]
        if self.quota != sum(share.quota or 0 for share in self.boards.values()):
            short.append(_shortfall("all boards", self.chosen, self.quota, self.passed_over))
        return short

    def as_json(self) -> dict[str, Any]:
        """Return plain dicts, lists and numbers."""
        boards = {board: vars(share) for board, share in self.boards.items()}
        return vars(self) | {"boards": boards}


def report(on: "cursor", editions: Sequence[Edition], tracks: Mapping[str, Track]) -> list[EditionReport]:
    """Return the figures of editions, in their order."""
    reports = {edition.id: _empty(edition, tracks.get(edition.course.track)) for edition in editions}
    for edition_id, board, reason, count in figures.postings(on, list(reports)):
        _count_postings(reports[edition_id], board, reason, count)
    for edition_id, state, reason, count in figures.deliveries(on, list(reports)):
        reports[edition_id].deliveries[state] += count
        if state == "skipped":
            reports[edition_id].skipped[str(reason)] += count
    return list(reports.values())


def _empty(edition: Edition, track: Track | None) -> EditionReport:
    quota = track.quota if track else {}
    return EditionReport(
        edition_id=edition.id,
        course=edition.course.name,
        track=edition.course.track,
        slot=edition.slot.isoformat(timespec="minutes"),
        state=edition.state,
        reason=edition.reason,
        quota=track.most if track else 0,
        boards={board: BoardShare(most) for board, most in quota.items() if board != ANY_BOARD},
    )


def _count_postings(entry: EditionReport, board: str, reason: str | None, count: int) -> None:
    share = entry.boards.setdefault(board, BoardShare(None))
    if reason is None:
        share.chosen += count
        entry.chosen += count
    else:
        share.passed_over[reason] += count
        entry.passed_over[reason] += count


def _shortfall(name: str, chosen: int, quota: int, passed_over: Counter[str]) -> str:
    causes = [f"{count} {words(reason)}" for reason, count in passed_over.items() if reason not in NOT_OURS]
    return f"{name} {chosen} of {quota}: {', '.join([*causes, '0 left'])}"


def words(reason: str) -> str:
    """Return a reason as people read it."""
    return WORDS.get(reason) or reason.replace("_", " ")


def tally(counts: Mapping[str, int]) -> str:
    """Return counts in one line, the largest first: "12 over quota, 3 closed"."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {words(reason)}" for reason, count in ranked)
