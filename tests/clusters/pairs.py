"""Pairs of postings that a reader has labelled `same` or `different`, and how the rules fare on them.

`python -m tests.clusters.pairs` prints precision and recall by kind of pair, and every pair that went wrong.

- real: two real rows, labelled by reading both. Rows on which a reader could not decide are left out.
- transformed: a real row beside a real row as another board would list it (tests/clusters/transformations.py).
- invented: made-up companies in the manner of the real rows; these need no saved pages.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobdb.clock import KST
from jobdb.posting import Posting
from jobspider.clusters import Relation, cluster, compare, likeness
from jobspider.normalise import normalise
from tests.clusters.realrows import SAVED, raw, row_of
from tests.clusters.transformations import transformed

HERE = Path(__file__).parent
SEEN_AT = datetime(2026, 11, 21, 9, tzinfo=KST)  # of the invented ones
FIELDS = ("board", "company", "title", "region", "career", "deadline")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two postings, and whether a reader says that they are one job."""

    kind: str
    is_same: bool
    left: Posting
    right: Posting
    source: str

    def __str__(self) -> str:
        """Return the pair for a person."""
        sides = (f"{side.company} / {side.title}" for side in (self.left, self.right))
        return f"{self.kind}: {' <> '.join(sides)} ({self.source})"

    @property
    def is_merged(self) -> bool:
        """Tell whether the rules alone put both into one cluster."""
        left, right = likeness(self.left, "left"), likeness(self.right, "right")
        merged = len(cluster([left, right])) == 1
        assert merged == (compare(left, right) is Relation.SAME)
        return merged


def real_pairs() -> Iterator[Pair]:
    """Return the real and the transformed pairs; they need ../shared/boards."""
    for row in table("pairs_real.csv"):
        right = row_of(row["right"])
        if row["right_as"]:
            right = transformed(*right, row["right_as"]), right[1]
        source = f"{row['left']} {row['right']} {row['right_as']}"
        yield Pair(row["kind"], row["label"] == "same", normalise(*row_of(row["left"])), normalise(*right), source)


def invented_pairs() -> Iterator[Pair]:
    """Return the invented pairs."""
    for number, row in enumerate(table("pairs_invented.csv")):
        left, right = (invented(f"{number}{side}", row, side) for side in ("a", "b"))
        yield Pair("invented", row["label"] == "same", left, right, f"row {number}")


def invented(board_id: str, row: dict[str, str], side: str) -> Posting:
    words = {name: row[f"{name}_{side}"] for name in FIELDS}
    return normalise(raw(words.pop("board"), board_id, words.pop("title"), words.pop("company"), **words), SEEN_AT)


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(slots=True)
class Score:
    """Counts of pairs by (labelled same, merged)."""

    counts: Counter[tuple[bool, bool]]

    @property
    def wrong_merges(self) -> int:
        """Return how many pairs labelled different were merged."""
        return self.counts[False, True]

    @property
    def precision(self) -> float:
        """Return the share of merges that are right."""
        return self.counts[True, True] / max(1, self.counts[True, True] + self.wrong_merges)

    @property
    def recall(self) -> float:
        """Return the share of same pairs that were merged."""
        return self.counts[True, True] / max(1, self.counts[True, True] + self.counts[True, False])

    def line(self, name: str) -> str:
        """Return a line for a person."""
        same, different = (sum(self.counts[label, merged] for merged in (True, False)) for label in (True, False))
        return (
            f"{name:12} {same:4} same {different:4} different   wrong merges {self.wrong_merges}   "
            f"precision {self.precision:.3f}   recall {self.recall:.3f}"
        )


def score(pairs: Iterable[Pair]) -> Score:
    """Return how the rules fare on pairs."""
    return Score(Counter((pair.is_same, pair.is_merged) for pair in pairs))


def main() -> None:
    """Print the scores by kind, and what went wrong."""
    pairs = [*(real_pairs() if SAVED.is_dir() else ()), *invented_pairs()]
    for pair in pairs:
        if pair.is_same != pair.is_merged:
            print("missed" if pair.is_same else "WRONG ", pair)
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        print(score(pair for pair in pairs if pair.kind == kind).line(kind))
    print(score(pairs).line("all"))


if __name__ == "__main__":
    main()
