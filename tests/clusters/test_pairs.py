"""The labelled pairs: what the rules merge of them, as measured. `python -m tests.clusters.pairs` prints the table."""

import pytest

from tests.clusters.pairs import Pair, Score, invented_pairs, real_pairs, score
from tests.clusters.realrows import SAVED

needs_saved = pytest.mark.skipif(not SAVED.is_dir(), reason="the saved pages (../shared/boards) are not here")


def check(pairs: list[Pair], kind: str, recall: float) -> Score:
    chosen = [pair for pair in pairs if pair.kind == kind]
    wrong = [str(pair) for pair in chosen if pair.is_merged and not pair.is_same]
    assert wrong == []
    found = score(chosen)
    missed = [str(pair) for pair in chosen if pair.is_same and not pair.is_merged]
    assert found.recall >= recall, "\n".join([found.line(kind), *missed])
    return found


def test_invented_pairs():
    pairs = list(invented_pairs())
    assert sum(check(pairs, "invented", recall=0.98).counts.values()) >= 100


@needs_saved
def test_real_pairs():
    pairs = list(real_pairs())
    assert sum(check(pairs, "real", recall=0.91).counts.values()) >= 300
    assert sum(check(pairs, "transformed", recall=0.97).counts.values()) >= 200


@needs_saved
def test_all_pairs_reach_the_aim():
    found = score([*real_pairs(), *invented_pairs()])
    assert found.wrong_merges == 0
    assert found.precision >= 0.99
    assert found.recall >= 0.97
