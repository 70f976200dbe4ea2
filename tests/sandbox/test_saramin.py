"""What the sandbox prints as Saramin, the spider reads back as it was; what it prints as a trap, nobody reads."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from scrapy import Request

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, PostingState, Region
from jobdb.tracks import courses
from jobspider.normalise import normalise
from jobspider.normalise.company import read_company
from jobspider.spiders.saramin import HOME, SaraminSpider
from sandbox.boards import saramin
from sandbox.market import Market
from tests.loopback import answer, application, opened, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 900)
APP = application(saramin, MARKET)
SPIDER = SaraminSpider()
LISTED = {job.board_id: job for job in MARKET.listed("saramin")}


def cards_of(category, app=APP):
    return list(walk(app, SPIDER, SPIDER.list_request({"cat_mcls": category})))


def career(job):
    return Career(CareerKind.NEWCOMER) if job.career.kind is CareerKind.NEWCOMER else job.career


def deadline(job):
    """Pages print minutes; a day's last one stands for the end of the day."""
    at = job.deadline.at
    return Deadline(job.deadline.kind, at and (at.replace(second=0) if at.minute == 59 else at))


def to_the_minute(found):
    return replace(found, at=found.at and found.at.replace(second=0))


def regions(job):
    return () if "region" in job.missing else (Region(job.sido, job.sigungu),)


def truth(job):
    return (
        job.title, read_company(job.company), career(job), regions(job), job.posted_at.date(), deadline(job),
        Education.UNKNOWN if "education" in job.missing else job.education,
        () if "employment" in job.missing else (job.employment,),
    )  # fmt: skip


def read(raw):
    posting = normalise(raw, NOW)
    assert not posting.unknown
    return (
        posting.title, posting.company, posting.career, posting.regions, posting.posted_on,
        to_the_minute(posting.deadline), posting.education, posting.employment,
    )  # fmt: skip


def test_the_walks_list_every_posting_once_newest_first():
    cards = [
        card for entry in courses().walks["saramin"].full for card in walk(APP, SPIDER, SPIDER.list_request(entry))
    ]
    assert len(cards) > 300
    assert sorted(card.board_id for card in cards) == sorted(LISTED)
    it = [LISTED[card.board_id].posted_at for card in cards_of("2")]
    assert it == sorted(it, reverse=True)


def test_a_card_reads_back_as_the_posting_to_the_day():
    for card in cards_of("2"):
        job, posting = LISTED[card.board_id], normalise(card, NOW)
        assert (posting.title, posting.company) == (job.title, read_company(job.company))
        assert (posting.career, posting.regions) == (career(job), regions(job))
        assert posting.deadline.kind is job.deadline.kind
        assert (posting.deadline.at and posting.deadline.at.date()) == (job.deadline.at and job.deadline.at.date())
        assert posting.skills == job.skills


def test_a_page_reads_back_as_the_posting_to_the_minute():
    cards = cards_of("2")[:60] + cards_of("16")[:60]
    assert [read(opened(APP, SPIDER, card)) for card in cards] == [truth(LISTED[card.board_id]) for card in cards]


def test_every_way_of_saying_a_deadline_is_printed():
    words = {card.deadline.split(" ")[0] for category in ("2", "16") for card in cards_of(category)}
    assert words >= {"~", "오늘마감", "내일마감", "상시채용", "채용시", "진행예정"}


def test_a_body_is_text_or_one_image():
    for card in cards_of("2")[:40]:
        body, job = SPIDER.parse_body(answer(APP, SPIDER.body_request(card))), LISTED[card.board_id]
        assert (body.body, body.body_images) == (("", 1) if job.body_is_image else (job.body, 0))


def state_of(job):
    if job is None:
        return PostingState.UNKNOWN  # with status 404, which settles it
    if job.is_closed(NOW):
        return PostingState.CLOSED
    return PostingState.UNKNOWN if job.deadline.kind is DeadlineKind.UPCOMING else PostingState.OPEN


def test_a_page_tells_its_state():
    seen = []
    for number in [job.board_id for job in Market(7, NOW - timedelta(days=15), 900).listed("saramin")]:
        response, job = answer(APP, SPIDER.posting_request(number, "")), MARKET.find("saramin", number)
        assert response.status == (404 if job is None else 200)
        assert SPIDER.posting_state(response) is state_of(job)
        seen.append(state_of(job))
    assert set(seen) == set(PostingState)


def test_beyond_the_last_page_nothing_is_found():
    request = SPIDER.list_request({"cat_mcls": "2", "recruitPage": "99"})
    assert SPIDER.parse_list(answer(APP, request)) == []


@pytest.mark.parametrize("title", ["<script>alert(1)</script> 개발자", '"><b>데이터', "&amp; 백엔드"])
def test_hostile_titles_stay_text(title):
    job = replace(next(iter(LISTED.values())), title=title, company=title, body=title, body_is_image=False)

    class One(Market):
        def listed(self, board):
            return [job]

        def find(self, board, board_id):
            return job

    app = application(saramin, One(7, NOW, 1))
    (card,) = cards_of("", app)
    assert (card.title, card.company) == (title, title)
    assert opened(app, SPIDER, card).title == title
    assert SPIDER.parse_body(answer(app, SPIDER.body_request(card))).body == title


def test_the_page_that_a_person_opens_is_a_shell():
    number = next(iter(LISTED))
    shell = answer(APP, Request(f"{HOME}/jobs/relay/view?rec_idx={number}"))
    assert LISTED[number].board_id in shell.text
    assert SPIDER.posting_state(shell) is PostingState.UNKNOWN
