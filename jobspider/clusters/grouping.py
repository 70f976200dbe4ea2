"""Postings into clusters: the same result in whatever order they come, and no cluster with members that disagree."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from jobspider.clusters.compare import Likeness, Relation, compare

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[object, object]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What persons said of pairs, which beats every rule.

    `apart` holds (taken out, from): the posting that was taken out follows no rule any more, persons alone.
    """

    same: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


class Sets(dict[Key, Key]):
    """Union-find over keys that are added as they are met."""

    def find(self, key: Key) -> Key:
        """Return the key that stands for the set of a key."""
        root = self.setdefault(key, key)
        while root != self[root]:
            root = self[root]
        while self[key] != root:
            self[key], key = root, self[key]
        return root

    def join(self, one: Key, other: Key) -> None:
        """Make the sets of two keys one."""
        self[self.find(one)] = self.find(other)

    def all(self) -> list[frozenset[Key]]:
        """Return the sets."""
        found: defaultdict[Key, set[Key]] = defaultdict(set)
        for key in self:
            found[self.find(key)].add(key)
        return [frozenset(members) for members in found.values()]


def cluster(likenesses: Iterable[Likeness], verdicts: Verdicts = Verdicts()) -> frozenset[frozenset[object]]:
    """Return the clusters as sets of keys, each posting in exactly one.

    Persons' pairs are joined first, whatever the rules say; where they disagree among themselves, `same` holds.
    """
    return _Grouping({like.key: like for like in likenesses}, verdicts).clusters()


@dataclass(slots=True)
class _Grouping:
    likes: Mapping[object, Likeness]
    verdicts: Verdicts
    group_of: dict[object, frozenset[object]] = field(init=False)
    apart: frozenset[frozenset[object]] = field(init=False)
    loners: frozenset[object] = field(init=False)
    known: dict[frozenset[frozenset[object]], Relation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        persons: Sets[object] = Sets()
        for key in self.likes:
            persons.find(key)
        for one, other in self.verdicts.same:
            if one in self.likes and other in self.likes:
                persons.join(one, other)
        self.group_of = {key: group for group in persons.all() for key in group}
        self.apart = frozenset(frozenset(pair) for pair in self.verdicts.apart)
        self.loners = frozenset(taken for taken, _ in self.verdicts.apart)

    def clusters(self) -> frozenset[frozenset[object]]:
        """Join what is the same unless a third posting, the same as one, contradicts the other."""
        near = self.neighbours()
        joined: Sets[frozenset[object]] = Sets()
        for group in self.group_of.values():
            joined.find(group)
        for one, others in near.items():
            for other in others:
                if not self.is_ambiguous(one, other, near):
                    joined.join(one, other)
        return frozenset(part for groups in joined.all() for part in self.settled(groups))

    def neighbours(self) -> dict[frozenset[object], set[frozenset[object]]]:
        blocks: defaultdict[str, set[object]] = defaultdict(set)
        for like in self.likes.values():
            for block in like.blocks:
                blocks[block].add(like.key)
        near: defaultdict[frozenset[object], set[frozenset[object]]] = defaultdict(set)
        for members in blocks.values():
            for one, other in combinations({self.group_of[key] for key in members}, 2):
                if self.relation(one, other) is Relation.SAME:
                    near[one].add(other)
                    near[other].add(one)
        return near

    def is_ambiguous(
        self,
        one: frozenset[object],
        other: frozenset[object],
        near: Mapping[frozenset[object], set[frozenset[object]]],
    ) -> bool:
        return any(
            self.relation(third, end) is Relation.CONTRADICTS
            for start, end in ((one, other), (other, one))
            for third in near[start] - {end}
        )

    def settled(self, groups: frozenset[frozenset[object]]) -> list[frozenset[object]]:
        """Return one cluster, or, where some of it still contradicts another part, each group for itself."""
        if any(self.relation(one, other) is Relation.CONTRADICTS for one, other in combinations(groups, 2)):
            return list(groups)
        return [frozenset().union(*groups)]

    def relation(self, one: frozenset[object], other: frozenset[object]) -> Relation:
        pair = frozenset((one, other))
        if pair not in self.known:
            self.known[pair] = self.compared(one, other)
        return self.known[pair]

    def compared(self, one: frozenset[object], other: frozenset[object]) -> Relation:
        pairs = [(a, b) for a in one for b in other]
        if any(frozenset(pair) in self.apart for pair in pairs):
            return Relation.CONTRADICTS
        by_rule = [pair for pair in pairs if not self.loners.intersection(pair)]
        relations = {compare(self.likes[a], self.likes[b]) for a, b in by_rule}
        if Relation.SAME in relations:
            return Relation.SAME
        return Relation.CONTRADICTS if Relation.CONTRADICTS in relations else Relation.UNSURE
