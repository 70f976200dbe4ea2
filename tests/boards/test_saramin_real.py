"""Every parser over every page and row that was saved from the real Saramin."""

import csv
import json
import re
from datetime import date, datetime

import pytest
from scrapy.http import HtmlResponse

from jobdb.clock import KST
from jobdb.posting import (
    Career,
    CareerKind,
    Deadline,
    DeadlineKind,
    Education,
    Employment,
    PostingState,
    Region,
)
from jobspider.base import UnreadablePage
from jobspider.normalise import normalise
from jobspider.saramin.openapi import read_job
from jobspider.spiders.saramin import ON_LISTS, SaraminSpider
from sandbox.boards import saramin
from sandbox.replay import Replay
from sandbox.replay import saramin as replay
from tests.boards import fill
from tests.loopback import application, opened, walk

SAVED = fill.SAVED / "saramin"
PAGES = sorted(SAVED.glob("detail_2019-04_*.html"))
VIEW = "https://www.saramin.co.kr/zf_user/jobs/relay/view-ajax?rec_idx={}"
SEARCH = "https://www.saramin.co.kr/zf_user/search/recruit?searchword=qa&recruitPage=1&recruitPageCount=40"
ON_EVERY_PAGE = ("title", "company", "deadline", "career", "education", "employment", "region", "pay")
ON_EVERY_CARD = ("title", "company", "deadline", "posted", "conditions", "skills")

pytestmark = pytest.mark.skipif(not SAVED.is_dir(), reason=f"no real pages: {SAVED} is missing")


def response(url, path):
    return HtmlResponse(url, body=path.read_bytes())


def posting_page(path):
    return response(VIEW.format(path.stem.rpartition("_")[2]), path)


def test_every_saved_posting_is_read_whole():
    postings = [SaraminSpider().parse_posting(posting_page(path)) for path in PAGES]
    assert len(postings) == len({posting.board_id for posting in postings}) == 20
    counted = fill.filled(postings)
    assert all(counted[name] == 20 for name in ON_EVERY_PAGE), fill.table(postings)
    assert sum("주소" in posting.extra for posting in postings) == 16  # those that show a map


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_saved_posting_is_the_one_asked_for(path):
    posting = SaraminSpider().parse_posting(posting_page(path))
    title = re.search(r"<title>\[(.+?)\] (.+) \((D-\d+|오늘 마감)\) - 사람인</title>", path.read_text(encoding="utf-8"))
    assert (posting.company, posting.title) == title.group(1, 2)
    assert re.fullmatch(r"2019\.0[45]\.\d\d 23:59", posting.deadline)
    assert not re.search("상세보기|닫기|지도|담당자", " ".join([posting.pay, posting.region, posting.employment]))
    assert SaraminSpider.posting_state(posting_page(path)) is PostingState.OPEN


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_second_posting_of_a_page_is_read_by_its_own_number(path):
    numbers = re.findall(r'class="jv_header" data-rec_idx="(\d+)"', path.read_text(encoding="utf-8"))
    read = [SaraminSpider().parse_posting(response(VIEW.format(number), path)) for number in numbers]
    assert [posting.board_id for posting in read] == numbers
    assert len({posting.title for posting in read}) == len(numbers)


def test_the_empty_shell_is_no_posting():
    shell = response(VIEW.format("49506731"), SAVED / "detail_shell_2024-12.html")
    with pytest.raises(UnreadablePage):
        SaraminSpider().parse_posting(shell)
    assert SaraminSpider.posting_state(shell) is PostingState.UNKNOWN


def test_the_saved_list_has_its_cards_and_no_posting_of_the_company_section():
    page = response(SEARCH, SAVED / "list_2026-02-11.html")
    cards = SaraminSpider().parse_list(page)
    assert [card.board_id for card in cards] == ["52896496", "52832009", "52876224", "52881317"]
    counted = fill.filled(cards)
    assert all(counted[name] == 4 for name in ON_EVERY_CARD), fill.table(cards)
    assert all(len(card.conditions) == 4 for card in cards), fill.table(cards)
    assert cards[0].title == "QA 경력직"


def test_the_saved_posting_of_the_api_is_read_whole():
    job = json.loads((SAVED / "openapi_job_2022-01.json").read_text(encoding="utf-8"))
    raw = read_job(job)
    assert set(raw.extra) == ON_LISTS, "every key is read or ignored"
    assert (raw.board_id, raw.company, raw.skills[-1]) == ("42189881", "주식회사 윈트리", "기획")
    posting = normalise(raw, datetime(2022, 1, 27, 9, tzinfo=KST))
    assert not posting.unknown
    assert posting.regions == (Region("부산", "부산진구"),)
    assert posting.career == Career(CareerKind.EXPERIENCED, 3)
    assert posting.education is Education.HIGH_SCHOOL
    assert posting.employment == (Employment.PERMANENT, Employment.CONTRACT, Employment.INTERN)
    assert posting.deadline == Deadline(DeadlineKind.DATED, datetime(2022, 3, 27, 23, 59, 59, tzinfo=KST))
    assert posting.posted_on == date(2022, 1, 26)
    assert posting.pay == "3,000~3,200만원"


def test_every_saved_row_is_replayed():
    with (SAVED / "rows_2024-12.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    jobs = replay.jobs(SAVED)
    assert len(rows) == 500
    assert len(jobs) == len({job.board_id for job in jobs}) == 500 + 4 + 20
    for row, job in zip(rows, jobs[:500], strict=True):
        assert (row["title"].strip(), row["deadline"].strip()) == (job.title, job.words["deadline"])
        assert job.board_id in row["link"]
        assert job.words["posted"] in row["sector"]
        assert job.skills, row["sector"]


def test_saved_rows_and_pages_are_listed_and_opened_in_the_boards_format():
    world = Replay(fill.SAVED, datetime(2024, 12, 14, 9, tzinfo=KST))
    app, spider = application(saramin, world), SaraminSpider()
    cards = list(walk(app, spider, spider.list_request({"cat_mcls": "2"})))
    jobs = {job.board_id: job for job in world.listed("saramin")}
    assert [card.board_id for card in cards] == list(jobs)
    for card in cards:
        words = jobs[card.board_id].words
        named = [words[name] for name in ("region", "career", "education", "employment") if name in words]
        assert (card.title, card.company, card.conditions) == (words["title"], words["company"], named)
        assert (card.deadline, card.posted) == (words.get("deadline", ""), words.get("posted", ""))
    raws = [opened(app, spider, card) for card in cards]
    counted = fill.filled(raws)
    assert all(counted[name] >= 520 for name in ("deadline", "career", "education", "employment")), fill.table(raws)
    assert [raw.extra.get("시작일", "")[:4] for raw in raws[-20:]].count("2019") >= 18
    assert all(raw.deadline == jobs[raw.board_id].words["deadline"] for raw in raws[:500] if "~" in raw.deadline)
