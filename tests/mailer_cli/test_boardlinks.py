"""Which posting a link leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_cli.boardlinks import posting_at

SARAMIN = "https://www.saramin.co.kr/zf_user/jobs/relay/view"
LINKS = {
    f"{SARAMIN}?view_type=search&rec_idx=49012345&location=ts": ("saramin", "49012345"),
    "https://m.saramin.co.kr/job-search/view?rec_idx=49012345": ("saramin", "49012345"),
    "https://job.incruit.com/jobdb_info/jobpost.asp?job=2411290000123": ("incruit", "2411290000123"),
    "http://m.incruit.com/jobpost/?job=2411290000123&src=x": ("incruit", "2411290000123"),
    "https://www.wanted.co.kr/wd/254321?utm_source=mail": ("wanted", "254321"),
    "https://jumpit.saramin.co.kr/position/51234/": ("jumpit", "51234"),
    "https://www.jumpit.co.kr/position/51234": ("jumpit", "51234"),
    "https://www.work24.go.kr/wk/a/b/1500/empDetailAuthView.do?wantedAuthNo=K120012411290001": (
        "worknet", "K120012411290001",
    ),
    "https://www.saramin.co.kr/zf_user/search": None,
    f"{SARAMIN}?rec_idx=1;DROP": None,
    "https://www.wanted.co.kr/company/12": None,
    "https://saramin.co.kr.evil.example/?rec_idx=1": None,
    "https://notsaramin.co.kr/?rec_idx=1": None,
    "javascript:alert('saramin.co.kr?rec_idx=1')": None,
    "https://[::1?rec_idx=1": None,
    "": None,
}  # fmt: skip


@pytest.mark.parametrize(("url", "place"), LINKS.items())
def test_a_link_is_known_by_its_board_s_shape(url, place):
    assert posting_at(url) == place


@given(st.text())
def test_no_link_is_a_surprise(url):
    place = posting_at(url)
    assert place is None or place[1].isalnum()
