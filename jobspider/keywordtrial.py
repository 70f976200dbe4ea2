"""What other keywords would have kept of the postings that lists have shown. Pure.

Postings in which the same keywords stand fare alike, so each combination is judged once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jobdb.tracks import Track
from jobspider.keywords import Matcher

DUPLICATE = "duplicate"  # the outcome of what a board lists again under another number, whatever the keywords

Tracks = Mapping[str, Track]


class Seen(NamedTuple):
    """A posting that a list has shown, and what became of it when it was met."""

    board: str
    title: str
    company: str
    outcome: str


class Change(NamedTuple):
    """A posting that a track gains or loses, and the words (or exclusions) that make the difference.

    Gained: the words that now find it, or the exclusions that no longer keep it out. Lost: the words that no longer
    find it, or the exclusions that now keep it out.
    """

    seen: Seen
    words: tuple[str, ...]
    by_exclusion: bool


@dataclass(slots=True)
class WordUse:
    """What one keyword of a track does."""

    word: str
    found: int = 0  # postings whose title has it
    kept: int = 0  # those of them that no exclusion keeps out
    alone: int = 0  # those of them that no other keyword of the track finds


@dataclass(slots=True)
class ExclusionUse:
    """What one exclusion of a track does."""

    word: str
    found: int = 0  # postings whose title or company has it
    kept_out: int = 0  # those of them that a keyword of the track finds
    alone: int = 0  # those of them that no other exclusion keeps out


@dataclass(slots=True)
class TrackTrial:
    """One track under both sets of rules; the uses are those of the rules on trial."""

    key: str
    label: str
    words: list[WordUse]
    exclusions: list[ExclusionUse]
    before: int = 0  # postings that the rules in force keep
    after: int = 0  # postings that the rules on trial keep
    gained: list[Change] = field(default_factory=list)
    lost: list[Change] = field(default_factory=list)

    @property
    def dead_words(self) -> list[str]:
        """Return the keywords that stand in no title."""
        return [use.word for use in self.words if not use.found]

    @property
    def always_excluded(self) -> list[WordUse]:
        """Return the keywords that only ever stand in postings which an exclusion keeps out."""
        return [use for use in self.words if use.found and not use.kept]


@dataclass(slots=True)
class Trial:
    """What a replay found; left out are postings without a title and those that a board lists twice."""

    replayed: int
    untitled: int
    duplicates: int
    tracks: list[TrackTrial]

    @property
    def dead_exclusions(self) -> list[str]:
        """Return the exclusions, of any track, that stand in no title and no company."""
        uses = {use.word: use.found for track in self.tracks for use in track.exclusions}
        return [word for word, found in uses.items() if not found]


class _Marks(NamedTuple):
    """The keywords, of all tracks, that stand in a posting."""

    in_title: tuple[str, ...]
    in_company: tuple[str, ...]


class _Standing(NamedTuple):
    """The keywords and the exclusions of one track that stand in a posting."""

    words: tuple[str, ...]
    exclusions: tuple[str, ...]

    @property
    def kept(self) -> bool:
        return bool(self.words) and not self.exclusions


def try_keywords(seen: Sequence[Seen], before: Tracks, after: Tracks) -> Trial:
    """Replay postings under the rules in force (`before`) and those on trial (`after`).

    What a track gains and loses comes in the order of `seen`; the tracks in the order of `after`, then those that it
    no longer has. Raises SettingError for a keyword without a letter.
    """
    titled = [posting for posting in seen if posting.title.strip()]
    replayed = [posting for posting in titled if posting.outcome != DUPLICATE]
    marks = _marks(replayed, Matcher([*before.values(), *after.values()]))
    counts = Counter(marks)
    tracks = []
    for key in dict.fromkeys([*after, *before]):
        was, becomes = before.get(key, _NO_TRACK), after.get(key, _NO_TRACK)
        track = _counted(key, was, becomes, counts)
        track.gained = _changes(was, becomes, replayed, marks)
        track.lost = _changes(becomes, was, replayed, marks)
        tracks.append(track)
    return Trial(len(replayed), len(seen) - len(titled), len(titled) - len(replayed), tracks)


_NO_TRACK = Track("", "", (), (), {})


def _marks(postings: Sequence[Seen], matcher: Matcher) -> list[_Marks]:
    in_companies = {company: matcher.words_in(company) for company in {posting.company for posting in postings}}
    return [_Marks(matcher.words_in(posting.title), in_companies[posting.company]) for posting in postings]


def _standing(track: Track, marks: _Marks) -> _Standing:
    anywhere = dict.fromkeys([*marks.in_title, *marks.in_company])
    return _Standing(
        tuple(word for word in marks.in_title if word in track.include),
        tuple(word for word in anywhere if word in track.exclude),
    )


def _counted(key: str, was: Track, becomes: Track, counts: Mapping[_Marks, int]) -> TrackTrial:
    """Return the track with all that is counted, as yet without the changes."""
    words = {word: WordUse(word) for word in becomes.include}
    exclusions = {word: ExclusionUse(word) for word in becomes.exclude}
    track = TrackTrial(key, becomes.label or was.label, list(words.values()), list(exclusions.values()))
    for marks, postings in counts.items():
        standing = _standing(becomes, marks)
        track.before += postings if _standing(was, marks).kept else 0
        track.after += postings if standing.kept else 0
        for word in standing.words:
            _count_word(words[word], standing, postings)
        for word in standing.exclusions:
            _count_exclusion(exclusions[word], standing, postings)
    return track


def _count_word(use: WordUse, standing: _Standing, postings: int) -> None:
    use.found += postings
    if standing.kept:
        use.kept += postings
        use.alone += postings if len(standing.words) == 1 else 0


def _count_exclusion(use: ExclusionUse, standing: _Standing, postings: int) -> None:
    use.found += postings
    if standing.words:
        use.kept_out += postings
        use.alone += postings if len(standing.exclusions) == 1 else 0


def _changes(without: Track, having: Track, postings: Sequence[Seen], marks: Sequence[_Marks]) -> list[Change]:
    """Return the postings that one set of rules keeps and the other does not, with what makes the difference."""
    reasons: dict[_Marks, tuple[tuple[str, ...], bool]] = {}
    for mark in set(marks):
        missed, kept = _standing(without, mark), _standing(having, mark)
        if kept.kept and not missed.kept:
            reasons[mark] = (missed.exclusions, True) if missed.words else (kept.words, False)
    if not reasons:
        return []
    return [Change(posting, *reasons[mark]) for posting, mark in zip(postings, marks, strict=True) if mark in reasons]
