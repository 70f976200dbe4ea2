"""The same posting on several boards, or twice on one: pure functions."""

from jobspider.clusters.compare import Likeness, Relation, compare, likeness
from jobspider.clusters.grouping import Verdicts, cluster

__all__ = ["Likeness", "Relation", "Verdicts", "cluster", "compare", "likeness"]
