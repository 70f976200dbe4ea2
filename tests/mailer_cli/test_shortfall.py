"""What stayed below its quota is explained in a line."""

from collections import Counter

import pytest

from mailer_cli.report import BoardShare, EditionReport

SHORT = {
    "a board": (
        {"jumpit": BoardShare(5, 3, Counter(closed=6, sent_before=2)), "saramin": BoardShare(10, 10)}, 15, 13,
        ["jumpit 3 of 5: 6 closed, 2 already sent, 0 left"],
    ),
    "all boards": (
        {"jumpit": BoardShare(None, 3, Counter(company_quota=4)), "saramin": BoardShare(None, 5)}, 12, 8,
        ["all boards 8 of 12: 4 more of one company, 0 left"],
    ),
    "a copy is no cause": ({"jumpit": BoardShare(5, 4, Counter(same_posting=3))}, 5, 4, ["jumpit 4 of 5: 0 left"]),
    "nothing": ({"jumpit": BoardShare(5, 5, Counter(closed=6))}, 5, 5, []),
    "full by all boards together": ({"jumpit": BoardShare(5, 2), "saramin": BoardShare(None, 10)}, 12, 12, []),
}  # fmt: skip


@pytest.mark.parametrize(("boards", "quota", "chosen", "told"), SHORT.values(), ids=SHORT.keys())
def test_a_shortfall_is_explained(boards, quota, chosen, told):
    report = EditionReport(1, "BIGDATA 77", "bigdata", "2026-11-24T17:00+09:00", "checked", None, quota, chosen, boards)
    report.passed_over = sum((share.passed_over for share in boards.values()), Counter())
    assert report.shortfalls() == told
