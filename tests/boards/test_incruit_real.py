"""Every parser over the list that was saved from the real Incruit; no page of a posting could be had."""

import re
from datetime import datetime

import pytest
from scrapy.http import HtmlResponse

from jobdb.clock import KST
from jobdb.posting import PostingState
from jobspider.spiders.incruit import IncruitSpider
from sandbox.boards import incruit
from sandbox.replay import Replay
from sandbox.replay import incruit as replay
from tests.boards import fill
from tests.loopback import answer, application, walk

SAVED = fill.SAVED / "incruit"
SEARCH = "https://job.incruit.com/jobdb_list/searchjob.asp?cate=occu"
ON_EVERY_ROW = ("title", "company", "deadline", "posted", "conditions", "extra")

pytestmark = pytest.mark.skipif(not SAVED.is_dir(), reason=f"no real pages: {SAVED} is missing")


@pytest.fixture
def page():
    return HtmlResponse(SEARCH, body=replay.page(SAVED, "list-1"))


def test_the_saved_list_goes_over_the_wire_in_the_boards_encoding(page):
    assert page.encoding == "cp949"
    assert page.body.decode("cp949") == (SAVED / "list_2024-01-31.html").read_text(encoding="utf-8")


def test_every_row_is_read_whole(page):
    rows = IncruitSpider().parse_list(page)
    assert len(rows) == len({row.board_id for row in rows}) == 60
    counted = fill.filled(rows)
    assert all(counted[name] == 60 for name in ON_EVERY_ROW), fill.table(rows)
    for row in rows:
        assert re.fullmatch(r"\d{13}", row.board_id)
        assert re.fullmatch(r"~\d\d\.\d\d \([월화수목금토일]\)|채용시|상시", row.deadline), row
        assert re.fullmatch(r"\(\d+(분|시간|일)전 (등록|수정)\)", row.posted), row
        assert len(row.conditions) in (4, 5), row
        assert not re.search("관심기업|스크랩", row.title + row.company), row


def test_the_pager_is_followed(page):
    assert IncruitSpider().next_page(page).url == "https://job.incruit.com/jobdb_list/searchjob.asp?cate=occu&page=2"


def test_the_rows_are_replayed_as_postings_that_the_list_leads_to(page):
    rows, jobs = IncruitSpider().parse_list(page), replay.jobs(SAVED)
    assert [(job.board_id, job.title, job.company, job.words["deadline"]) for job in jobs] == [
        (row.board_id, row.title, row.company, row.deadline) for row in rows
    ]
    assert [[job.words[name] for name in replay.CONDITIONS if name in job.words] for job in jobs] == [
        row.conditions for row in rows
    ]


def test_the_list_is_walked_and_its_postings_are_opened_in_the_boards_format():
    app = application(incruit, Replay(fill.SAVED, datetime(2024, 12, 14, 9, tzinfo=KST)))
    spider = IncruitSpider()
    cards = list(walk(app, spider, spider.list_request({"occ1": "150"})))
    assert len(cards) == 60
    for card in cards:
        response = answer(app, spider.posting_request(card.board_id, card.url))
        raw = spider.parse_posting(response)
        assert (raw.title, raw.company) == (card.title, card.company)
        assert {raw.career, raw.education, raw.region, raw.employment, raw.pay} - {""} == set(card.conditions)
        assert card.merged(raw).deadline == card.deadline
        assert spider.posting_state(response) is PostingState.OPEN
