"""Wanted's parsers over the real page data that was saved, and over the saved rows in the board's own format."""

import csv
import json
from collections import Counter
from datetime import datetime

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from jobdb.clock import KST
from jobdb.posting import PostingState
from jobspider.base import UnreadablePage
from jobspider.normalise import normalise
from jobspider.spiders.wanted import WantedSpider
from jobspider.wanted.page import HOME
from jobspider.wanted.sources import SOURCES
from sandbox.boards import wanted
from sandbox.replay import Replay
from tests.boards import fill
from tests.loopback import answer, application, opened, walk

SAVED = fill.SAVED
LIST_DATA = SAVED / "wanted" / "wdlist_pageProps_2024-10.json"
NOW = datetime(2024, 12, 14, 9, tzinfo=KST)
EVERYWHERE = ("board", "board_id", "url", "title", "company", "extra")

pytestmark = pytest.mark.skipif(
    not LIST_DATA.exists(), reason=f"{SAVED} is not here: real rows are read where they are"
)


@pytest.fixture(scope="module")
def app():
    return application(wanted, Replay(SAVED, NOW))


@pytest.fixture(scope="module")
def raws(app):
    spider = WantedSpider()
    request = spider.list_request({})
    while more := spider.source.before_cards(answer(app, request)):
        request = more
    cards = [card for card in spider.parse_list(answer(app, request)) if card.board_id != "1"]  # the gone one
    assert len({card.board_id for card in cards}) == len(cards)
    return [opened(app, spider, card) for card in cards]


def rows(name):
    with (SAVED / "wanted" / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_real_list_page_holds_no_posting():
    data = {"props": {"pageProps": json.loads(LIST_DATA.read_bytes())}}
    body = f'<html><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></html>'
    page = HtmlResponse(f"{HOME}/wdlist/518", body=body.encode(), encoding="utf-8")
    with pytest.raises(UnreadablePage):
        WantedSpider().parse_list(page)
    assert WantedSpider().posting_state(page) is PostingState.UNKNOWN


def test_every_row_of_2026_is_read(raws):
    saved = {row["url"].rpartition("/")[2]: row for row in rows("rows_2026-06.csv")}
    read = [raw for raw in raws if raw.board_id in saved]
    have = ["deadline", "career_from", "employment", "region", "body"]
    skilled = sum(bool(row["skills"].strip(", ")) for row in saved.values())
    expected = dict.fromkeys([*EVERYWHERE, *have], len(saved)) | {"skills": skilled}
    assert fill.filled(read) == Counter(expected), fill.table(read)
    assert len(read) == len(saved) == 115
    for raw in read:
        row = saved[raw.board_id]
        assert (raw.title, raw.company, raw.region) == (row["title"].strip(), row["company"].strip(), row["location"])
        assert row["description"].strip() in raw.body
        assert raw.deadline == ("null" if row["deadline"] == "상시채용" else row["deadline"])
        assert normalise(raw, NOW).unknown == ()


def test_every_row_of_2024_is_read(raws):
    saved = rows("rows_dev_2024-11.csv")
    read = [raw for raw in raws if int(raw.board_id) > 900_000_000 and raw.body]
    expected = dict.fromkeys([*EVERYWHERE, "deadline", "region", "body"], len(saved))
    expected |= {"skills": sum(row["tech_stack"] != "None" for row in saved)}
    assert fill.filled(read) == Counter(expected), fill.table(read)
    assert Counter(raw.title for raw in read) == Counter(row["title"].strip() for row in saved)
    assert all(normalise(raw, NOW).unknown == () for raw in read)


def test_every_page_with_values_for_search_engines_is_read(raws, app):
    saved = {tuple(row.values()): row for row in rows("jsonld_values_2024-01.csv")}.values()  # one stands there twice
    read = [raw for raw in raws if raw.posted]
    expected = dict.fromkeys([*EVERYWHERE, "posted"], len(saved))
    assert fill.filled(read) == Counter(expected), fill.table(read)
    assert Counter(raw.company for raw in read) == Counter(row["company_name"].strip() for row in saved)
    assert all(raw.extra["industry"] and raw.extra["category"] for raw in read)
    response = answer(app, WantedSpider().posting_request(read[0].board_id, ""))
    assert WantedSpider().posting_state(response) is PostingState.UNKNOWN, "these pages say nothing of their state"


def test_the_api_shows_the_same_rows(raws, app):
    spider = WantedSpider()
    spider.source = SOURCES["api"]
    request = Request(f"{HOME}/api/v4/jobs?limit=100&offset=0")
    assert {card.board_id for card in walk(app, spider, request)} == {raw.board_id for raw in raws}
