"""Jumpit's parsers over every real answer that was saved, and over the saved rows in the board's own format."""

import csv
from collections import Counter
from datetime import datetime

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from jobdb.clock import KST
from jobdb.posting import PostingState
from jobspider.normalise import normalise
from jobspider.spiders.jumpit import API, JumpitSpider
from sandbox.boards import jumpit
from sandbox.replay import Replay
from tests.boards import fill
from tests.loopback import answer, application, opened, walk

SAVED = fill.SAVED
LIST, EMPTY = SAVED / "jumpit" / "list_2022-07-11.json", SAVED / "jumpit" / "list_empty_2022-07.json"
NOW = datetime(2024, 12, 14, 9, tzinfo=KST)
EVERYWHERE = (
    "board", "board_id", "url", "title", "company", "deadline", "career_from", "career_to", "newcomer", "skills",
    "extra",
)  # fmt: skip
SPIDER = JumpitSpider()

pytestmark = pytest.mark.skipif(not LIST.exists(), reason=f"{SAVED} is not here: real answers are read where they are")


def response(path, page):
    return TextResponse(f"{API}/positions?sort=reg_dt&page={page}", body=path.read_bytes())


def test_the_real_list():
    cards = SPIDER.parse_list(response(LIST, 1))
    assert len({card.board_id for card in cards}) == len(cards)
    assert fill.filled(cards) == Counter(dict.fromkeys([*EVERYWHERE, "region"], 16)), fill.table(cards)
    assert SPIDER.next_page(response(LIST, 1)).url.endswith("page=2")
    always = {card.board_id for card in cards if card.extra["alwaysOpen"] == "true"}
    assert always == {card.board_id for card in cards if card.deadline.startswith("9999")}


def test_no_key_of_the_real_list_is_new(caplog):
    JumpitSpider().parse_list(response(LIST, 1))
    assert "new key" not in caplog.text


def test_the_real_end_of_the_list():
    assert SPIDER.parse_list(response(EMPTY, 240)) == []
    assert SPIDER.next_page(response(EMPTY, 240)) is None


def test_the_list_is_replayed_as_it_was():
    app = application(jumpit, Replay(SAVED, NOW))
    assert answer(app, SPIDER.list_request({"jobCategory": "1"})).body == LIST.read_bytes()


def test_every_real_row_is_read_from_the_boards_format():
    app = application(jumpit, Replay(SAVED, NOW))
    rows = {}
    for path in SAVED.glob("jumpit/rows_*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows |= {row["출처 URL"].rpartition("/")[2]: row for row in csv.DictReader(lines)}
    cards = list(walk(app, SPIDER, Request(f"{API}/positions?jobCategory=2&jobCategory=8&jobCategory=12&sort=reg_dt")))
    assert len({card.board_id for card in cards}) == len(cards)
    assert {card.board_id for card in cards} >= rows.keys()
    raws = [opened(app, SPIDER, card) for card in cards if card.board_id in rows]
    expected = dict.fromkeys([*EVERYWHERE, "body"], len(rows))  # no row says where the work is
    assert fill.filled(raws) == Counter(expected), fill.table(raws)
    for raw in raws:
        row = rows[raw.board_id]
        assert (raw.title, raw.company) == (row["공고명"].strip(), row["회사명"].strip())
        assert all(row[name].strip() in raw.body for name in ("주요업무", "자격요건", "우대조건", "복지", "회사소개"))
        posting = normalise(raw, NOW)
        assert posting.unknown == ()
        over = posting.deadline.at is not None and posting.deadline.at < NOW  # most rows were saved in 2023
        state = SPIDER.posting_state(answer(app, SPIDER.posting_request(raw.board_id, "")))
        assert state is (PostingState.CLOSED if over else PostingState.OPEN)
