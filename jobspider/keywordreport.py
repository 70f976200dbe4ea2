"""A keyword trial in words for a manager, and as plain data for a program. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from jobspider.keywordtrial import Change, TrackTrial, Trial, WordUse
from jobspider.normalise.text import clean

TITLES = 20  # that are named of what a track gains or loses
LEGEND = (
    "found: postings whose title has the word; kept: those that no exclusion keeps out; "
    "alone: those that no other word of the track finds"
)


@dataclass(slots=True)
class Named:
    """A title of one company that a track gains or loses, on how many postings, and by which words."""

    title: str
    company: str
    words: tuple[str, ...]
    by_exclusion: bool
    postings: int = 0
    boards: list[str] = field(default_factory=list)


def named(changes: Iterable[Change]) -> list[Named]:
    """Return each title and company once, in the order of their first posting, cleaned for showing."""
    titles: dict[tuple[str, str], Named] = {}
    for change in changes:
        title, company = clean(change.seen.title), clean(change.seen.company)
        entry = titles.setdefault((title, company), Named(title, company, change.words, change.by_exclusion))
        entry.postings += 1
        if change.seen.board not in entry.boards:
            entry.boards.append(change.seen.board)
    return list(titles.values())


def as_data(trial: Trial) -> dict[str, Any]:
    """Return the trial as JSON takes it; of gained and lost postings the first TITLES titles."""
    return {
        "postings": trial.replayed,
        "left_out": {"untitled": trial.untitled, "duplicates": trial.duplicates},
        "tracks": [_track_data(track) for track in trial.tracks],
        "dead_exclusions": trial.dead_exclusions,
    }


def _track_data(track: TrackTrial) -> dict[str, Any]:
    return {
        "key": track.key,
        "label": track.label,
        "before": track.before,
        "after": track.after,
        "gained": _changes_data(track.gained),
        "lost": _changes_data(track.lost),
        "dead_words": track.dead_words,
        "always_excluded": [use.word for use in track.always_excluded],
        "words": [asdict(use) for use in track.words],
        "exclusions": [asdict(use) for use in track.exclusions],
    }


def _changes_data(changes: Sequence[Change]) -> dict[str, Any]:
    return {"postings": len(changes), "titles": [asdict(entry) for entry in named(changes)[:TITLES]]}


def lines(trial: Trial, compared: bool) -> Iterator[str | Table]:
    """Yield what a manager reads, line by line and table by table; `compared` tells whether there is an edit."""
    if left_out := _left_out(trial):
        yield f"Left out: {left_out}."
    if not trial.replayed:
        yield "There is nothing to try the words on: crawl first, or look further back with --days."
        return
    for track in trial.tracks:
        yield ""
        yield from _track_lines(track, compared)
    yield ""
    yield LEGEND
    if trial.dead_exclusions:
        yield f"Exclusions that stand in no title and no company: {', '.join(trial.dead_exclusions)}"


def _left_out(trial: Trial) -> str:
    reasons = ((trial.untitled, "whose title is not known yet"), (trial.duplicates, "that a board lists twice"))
    return ", ".join(f"{count:,} {reason}" for count, reason in reasons if count)


def _track_lines(track: TrackTrial, compared: bool) -> Iterator[str | Table]:
    yield f"{track.label} ({track.key}): {_sums(track) if compared else counted(track.after)}"
    yield from _change_lines("Gained", "+", track.gained, ("found by", "no longer kept out by"))
    yield from _change_lines("Lost", "-", track.lost, ("no longer found by", "kept out by"))
    if track.dead_words:
        yield f"  Words that found nothing: {', '.join(track.dead_words)}"
    if track.always_excluded:
        words = ", ".join(f"{use.word} ({use.found:,})" for use in track.always_excluded)
        yield f"  Words found only in postings that an exclusion keeps out: {words}"
    if stops := [use for use in track.exclusions if use.kept_out]:
        stops.sort(key=lambda use: -use.kept_out)
        words = ", ".join(f"{use.word} {use.kept_out:,} ({use.alone:,} alone)" for use in stops)
        yield f"  Kept out by exclusions: {words}"
    if alive := [use for use in track.words if use.found]:
        yield _word_table(alive)


def _sums(track: TrackTrial) -> str:
    gained, lost = len(track.gained), len(track.lost)
    return f"{track.before:,} → {counted(track.after)} ({gained:,} gained, {lost:,} lost)"


def counted(postings: int) -> str:
    """Return a number of postings in words."""
    return f"{postings:,} posting{'' if postings == 1 else 's'}"


def _change_lines(heading: str, sign: str, changes: Sequence[Change], reasons: tuple[str, str]) -> Iterator[str]:
    if not changes:
        return
    titles = named(changes)
    yield f"  {heading}: {counted(len(changes))}"
    for entry in titles[:TITLES]:
        times = f" ×{entry.postings}" if entry.postings > 1 else ""
        company = f" · {entry.company}" if entry.company else ""
        yield f"    {sign} {entry.title}{company}{times}  ({reasons[entry.by_exclusion]} {', '.join(entry.words)})"
    if len(titles) > TITLES:
        yield f"    … and {len(titles) - TITLES:,} more titles"


def _word_table(uses: Sequence[WordUse]) -> Table:
    """Return the keywords that found something, those that are needed most first."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column("word", no_wrap=True)
    for name in ("found", "kept", "alone"):
        table.add_column(name, justify="right", no_wrap=True)
    for use in sorted(uses, key=lambda use: (-use.alone, -use.kept)):
        table.add_row(Text(use.word), f"{use.found:,}", f"{use.kept:,}", f"{use.alone:,}")
    return table
