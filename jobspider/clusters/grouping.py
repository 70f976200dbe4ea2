"""Postings into clusters: the same result in whatever order they come, and no cluster with members that disagree."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, TypeVar

from jobspider.clusters.compare import Likeness, Relation, compare

Key = TypeVar("Key", bound=Hashable)
Pair = tuple[object, object]
Group = frozenset[Any]  # postings that are one beyond doubt: a person said so, or they are alike to the letter
Neighbours = defaultdict[Group, set[Group]]


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
    group_of: dict[object, Group] = field(init=False)
    voices: dict[Group, set[Likeness]] = field(init=False)  # what of a group the rules may compare
    apart: frozenset[frozenset[object]] = field(init=False)
    loners: frozenset[object] = field(init=False)
    known: dict[frozenset[Group], Relation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.apart = frozenset(frozenset(pair) for pair in self.verdicts.apart)
        self.loners = frozenset(taken for taken, _ in self.verdicts.apart)
        sure: Sets[object] = Sets()
        for key in self.likes:
            sure.find(key)
        for one, other in [*self.verdicts.same, *self.identical()]:
            if one in self.likes and other in self.likes:
                sure.join(one, other)
        self.group_of = {key: group for group in sure.all() for key in group}
        self.voices = {
            group: {replace(self.likes[key], key=None) for key in group - self.loners} for group in sure.all()
        }

    def identical(self) -> Iterator[Pair]:
        """Yield pairs that are alike to the letter: what holds of one holds of the other."""
        first: dict[Likeness, object] = {}
        for key, like in self.likes.items():
            if key not in self.loners and compare(like, like) is Relation.SAME:
                yield first.setdefault(replace(like, key=None), key), key

    def clusters(self) -> frozenset[frozenset[object]]:
        """Join what is the same unless a third posting, the same as one, contradicts the other."""
        near = self.neighbours()
        against = self.opponents(near)
        joined: Sets[Group] = Sets()
        for group in self.group_of.values():
            joined.find(group)
        for one, others in near.items():
            for other in others:
                if near[one].isdisjoint(against[other]) and near[other].isdisjoint(against[one]):
                    joined.join(one, other)
        return frozenset(part for groups in joined.all() for part in self.settled(groups))

    def neighbours(self) -> Neighbours:
        """Return for each group those that are the same by rule."""
        blocks: defaultdict[str, set[Group]] = defaultdict(set)
        for like in self.likes.values():
            for block in like.blocks:
                blocks[block].add(self.group_of[like.key])
        near: Neighbours = defaultdict(set)
        for groups in blocks.values():
            for one, other in combinations(groups, 2):
                if self.relation(one, other) is Relation.SAME:
                    near[one].add(other)
                    near[other].add(one)
        return near

    def opponents(self, near: Neighbours) -> Neighbours:
        """Return for each group those that contradict it, of all that it is linked with however indirectly."""
        linked: Sets[Group] = Sets()
        for one, others in near.items():
            for other in others:
                linked.join(one, other)
        against: Neighbours = defaultdict(set)
        for groups in linked.all():
            for one, other in combinations(groups, 2):
                if self.relation(one, other) is Relation.CONTRADICTS:
                    against[one].add(other)
                    against[other].add(one)
        return against

    def settled(self, groups: Group) -> list[frozenset[object]]:
        """Return one cluster, or, where some of it still contradicts another part, each group for itself."""
        if any(self.relation(one, other) is Relation.CONTRADICTS for one, other in combinations(groups, 2)):
            return list(groups)
        return [frozenset().union(*groups)]

    def relation(self, one: Group, other: Group) -> Relation:
        pair = frozenset((one, other))
        if pair not in self.known:
            self.known[pair] = self.compared(one, other)
        return self.known[pair]

    def compared(self, one: Group, other: Group) -> Relation:
        if any(pair & one and pair & other for pair in self.apart):
            return Relation.CONTRADICTS
        relations = {compare(a, b) for a in self.voices[one] for b in self.voices[other]}
        if Relation.SAME in relations:
            return Relation.SAME
        return Relation.CONTRADICTS if Relation.CONTRADICTS in relations else Relation.UNSURE
