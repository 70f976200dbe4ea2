"""What the sandbox prints as Jumpit, the spider reads back as it was."""

from datetime import datetime, timedelta

import pytest
from scrapy import Request

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, PostingState, Region
from jobdb.tracks import courses
from jobspider.normalise import normalise
from jobspider.spiders.jumpit import API, JumpitSpider
from sandbox.boards import jumpit
from sandbox.market import Market
from tests.loopback import answer, application, opened, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 900)
APP = application(jumpit, MARKET)
BIG = Market(7, NOW, 6000)  # has postings of every category
BIG_APP = application(jumpit, BIG)
SPIDER = JumpitSpider()


def career(job):
    """Jumpit prints years and a mark: whom they do not bound, it does not say."""
    if job.career.kind is CareerKind.NEWCOMER:
        return Career(CareerKind.NEWCOMER)
    return Career(CareerKind.BOTH) if job.career.kind is CareerKind.ANY else job.career


def truth(job):
    return {
        "title": " ".join(job.title.split()),
        "deadline": job.deadline if job.deadline.at else Deadline(DeadlineKind.OPEN_ENDED),
        "career": career(job),
        "education": Education.UNKNOWN if "education" in job.missing else job.education,
        "employment": () if "employment" in job.missing else (job.employment,),
        "regions": () if "region" in job.missing else (Region(job.sido, job.sigungu),),
        "posted_on": job.posted_at.date(),
        "skills": job.skills,
        "unknown": (),
    }


def test_every_listed_posting_is_read_back():
    listed = {job.board_id: job for job in MARKET.listed("jumpit")}
    cards = list(walk(APP, SPIDER, Request(f"{API}/positions?sort=reg_dt&highlight=false&page=1")))
    assert [card.board_id for card in cards] == list(listed)
    for card in cards:
        raw, expected = opened(APP, SPIDER, card), truth(listed[card.board_id])
        posting = normalise(raw, NOW)
        assert {name: getattr(posting, name) for name in expected} == expected
        assert raw.company == listed[card.board_id].company


@pytest.mark.parametrize("entry", courses().walks["jumpit"].full, ids=lambda entry: entry["jobCategory"])
def test_a_walk_shows_its_category_alone_newest_first(entry):
    cards = list(walk(BIG_APP, SPIDER, SPIDER.list_request(entry)))
    name = jumpit.answers.CATEGORIES[entry["jobCategory"]]
    assert cards
    assert all(name in card.extra["category"].split(",") for card in cards)
    posted = [BIG.find("jumpit", card.board_id).posted_at for card in cards]
    assert posted == sorted(posted, reverse=True)


def test_other_orders_are_not_newest_first():
    response = answer(APP, Request(f"{API}/positions?page=1"))
    posted = [MARKET.find("jumpit", card.board_id).posted_at for card in SPIDER.parse_list(response)]
    assert posted != sorted(posted, reverse=True)


def test_the_state_is_what_became_of_the_posting():
    older = Market(7, NOW - timedelta(days=25), 900)
    told = {}
    for job in older.listed("jumpit"):
        state = SPIDER.posting_state(answer(APP, SPIDER.posting_request(job.board_id, "")))
        now = MARKET.find("jumpit", job.board_id)
        over = now is None or now.is_closed(NOW)
        assert (state is PostingState.CLOSED) == over
        told.setdefault((now is None, over), []).append(state)
    assert len(told) == 3, "gone, closed and open ones should all have been met"


def test_texts_are_escaped_on_the_page_that_people_see():
    job = next(job for job in MARKET.listed("jumpit") if "<" in job.title)
    page = answer(APP, Request(f"https://jumpit.saramin.co.kr/position/{job.board_id}"))
    assert "&lt;B2B" in page.text
    assert "<B2B" not in page.text
