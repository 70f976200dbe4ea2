"""What the sandbox prints as Wanted, the spider reads back as it was, by each way to the postings."""

from datetime import datetime, timedelta

import pytest
from scrapy import Request

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Employment, PostingState, Region
from jobdb.tracks import courses
from jobspider.normalise import normalise
from jobspider.spiders.wanted import WantedSpider
from jobspider.wanted.page import HOME
from jobspider.wanted.sources import SOURCES
from sandbox.boards import wanted
from sandbox.market import Market
from tests.loopback import answer, application, opened, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 900)
APP = application(wanted, MARKET)
LISTED = {job.board_id: job for job in MARKET.listed("wanted")}
GHOST = "1"  # in the sitemap and on no page


HEADERS = {"wanted-client-id": "school", "wanted-client-secret": "s3cret"}


def spider_by(name):
    spider = WantedSpider()
    spider.source = SOURCES[name]
    return spider


def deadline(job):
    """The board prints days, no hours."""
    if job.deadline.at is None:
        return Deadline(DeadlineKind.OPEN_ENDED)
    return Deadline(DeadlineKind.DATED, job.deadline.at.replace(hour=23, minute=59, second=59))


def career(job):
    if job.career.kind is CareerKind.NEWCOMER:
        return Career(CareerKind.NEWCOMER)
    return Career(CareerKind.BOTH) if job.career.kind is CareerKind.ANY else job.career


def employment(job):
    if "employment" in job.missing:
        return ()
    return (Employment.CONTRACT if job.employment is Employment.FREELANCE else job.employment,)


def truth(job):
    return {
        "title": " ".join(job.title.split()),
        "deadline": deadline(job),
        "career": career(job),
        "employment": employment(job),
        "regions": () if "region" in job.missing else (Region(job.sido, job.sigungu),),
        "skills": job.skills,
        "unknown": (),
    }


def assert_read_back(raw, job):
    posting, expected = normalise(raw, NOW), truth(job)
    assert {name: getattr(posting, name) for name in expected} == expected
    assert raw.company == job.company


def test_the_sitemap_leads_to_every_listed_posting_newest_first():
    spider = spider_by("sitemap")
    request = spider.list_request({})
    while more := spider.source.before_cards(answer(APP, request)):
        request = more
    cards = spider.parse_list(answer(APP, request))
    ids = [card.board_id for card in cards]
    assert ids == sorted([*LISTED, GHOST], key=int, reverse=True)
    for card in cards[:-1]:
        raw = opened(APP, spider, card)
        assert_read_back(raw, LISTED[card.board_id])
        assert raw.posted == f"{LISTED[card.board_id].posted_at:%Y-%m-%d}"
    assert answer(APP, spider.card_request(cards[-1])).status == 404


@pytest.mark.parametrize("entry", courses().walks["wanted"].full, ids=lambda entry: entry["group"])
def test_the_api_leads_to_its_group(entry):
    spider = spider_by("api")
    cards = list(walk(APP, spider, spider.list_request(entry)))
    assert [card.board_id for card in cards] == [
        number for number, job in LISTED.items() if entry["group"] in wanted.GROUPS[job.field]
    ]
    for card in cards:
        assert_read_back(opened(APP, spider, card), LISTED[card.board_id])


@pytest.mark.parametrize("entry", courses().walks["wanted"].daily, ids=lambda entry: entry["group"])
def test_the_official_api_leads_to_its_group(entry):
    spider = spider_by("openapi")
    request, cards = spider.list_request(entry), []
    while request:
        response = answer(APP, signed(request))
        cards += spider.parse_list(response)
        request = spider.next_page(response)
    assert [card.board_id for card in cards] == [
        number for number, job in LISTED.items() if entry["group"] in wanted.GROUPS[job.field]
    ]
    for card in cards:
        job = LISTED[card.board_id]
        assert card.title == job.title.strip(), "a title that no track wants is not opened"
        raw = card.merged(spider.parse_posting(answer(APP, signed(spider.card_request(card)))))
        posting, expected = normalise(raw, NOW), {**truth(job), "career": career_by_years(job)}
        assert {name: getattr(posting, name) for name in expected} == expected


def career_by_years(job):
    """The official API has no mark for newcomers: they are who may have 0 years."""
    if job.career.kind is CareerKind.NEWCOMER:
        return Career(CareerKind.NEWCOMER)
    kind = CareerKind.EXPERIENCED if job.career.min_years else CareerKind.BOTH
    return Career(kind, job.career.min_years or None, job.career.max_years or None)


def signed(request):
    return request.replace(headers=HEADERS)


def test_without_all_parameters_the_list_ends_at_50():
    request = Request(f"{HOME}/api/chaos/navigation/v1/results?job_group_id=518&limit=100&offset=0")
    assert len(list(walk(APP, spider_by("api"), request))) == 50


@pytest.mark.parametrize("path", ["/api/v4/jobs/{}", "/api/chaos/jobs/v1/{}/details", "/wd/{}"])
def test_every_shape_of_a_posting_says_the_same(path):
    spider = spider_by("api")
    for number, job in list(LISTED.items())[:20]:
        response = answer(APP, Request(HOME + path.format(number)))
        assert_read_back(spider.parse_posting(response), job)
        assert spider.posting_state(response) is PostingState.OPEN


def test_the_state_is_what_became_of_the_posting():
    spider = spider_by("sitemap")
    older = Market(7, NOW - timedelta(days=25), 900)
    told = set()
    for job in older.listed("wanted"):
        response = answer(APP, spider.posting_request(job.board_id, ""))
        now = MARKET.find("wanted", job.board_id)
        if now is None:
            assert response.status == 404
        else:
            assert (spider.posting_state(response) is PostingState.CLOSED) == now.is_closed(NOW)
        told.add(now and now.is_closed(NOW))
    assert told == {None, True, False}, "gone, closed and open ones should all have been met"


def test_the_list_page_holds_no_posting():
    page = answer(APP, Request(f"{HOME}/wdlist/518"))
    assert page.status == 200
    assert "/wd/" not in page.xpath("string(//main)").get("")


def test_robots_keep_out_of_the_api():
    assert "Disallow: /api/" in answer(APP, Request(f"{HOME}/robots.txt")).text
