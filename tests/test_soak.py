"""A week of crawling while boards misbehave (`make soak` runs a month)."""

from datetime import date

from tests.soak import soak


def test_after_a_troubled_week_the_database_is_as_the_market(database):
    result = soak(date(2026, 11, 18), days=6, size=150)
    assert not result.unexplained, "\n".join(result.unexplained)
    assert result.verdicts["failed"] > 0  # there was trouble
    assert result.agreed["open"] > 50
    assert result.agreed["closed"] > 0
