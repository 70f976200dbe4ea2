"""What the sandbox lists as Saramin's API, the spider reads back as it was, without opening anything."""

from datetime import datetime

from w3lib.url import add_or_replace_parameter

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, Region
from jobdb.tracks import courses
from jobspider.normalise import normalise
from jobspider.normalise.company import read_company
from jobspider.saramin.openapi import IGNORED, OpenApi
from jobspider.spiders.saramin import ON_LISTS, SaraminSpider
from sandbox.boards import saramin
from sandbox.boards.saramin_keywords import has_keyword
from sandbox.market import Market
from tests.loopback import answer, application, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 900)
APP = application(saramin, MARKET)
SPIDER = SaraminSpider()
LISTED = {job.board_id: job for job in MARKET.listed("saramin")}
KEYWORDS = {"84": "backend", "235": "Java", "272": "Python"}


def pages(entry):
    """The API's pages, the key added as on the wire."""
    request = OpenApi().list_request(entry)
    while request:
        response = answer(APP, request.replace(url=add_or_replace_parameter(request.url, "access-key", "k")))
        yield response
        request = SPIDER.next_page(response)


def cards_of(entry):
    return [card for page in pages(entry) for card in SPIDER.parse_list(page)]


def deadline(job):
    """The API has no word for a posting that is not taken yet but the time of its beginning."""
    kind = job.deadline.kind
    return None if kind is DeadlineKind.UPCOMING else Deadline(kind, job.deadline.at)


def career(job):
    return Career(CareerKind.NEWCOMER) if job.career.kind is CareerKind.NEWCOMER else job.career


def truth(job):
    return (
        job.title, read_company(job.company), career(job), job.posted_at.date(), job.skills,
        () if "region" in job.missing else (Region(job.sido, job.sigungu),),
        Education.UNKNOWN if "education" in job.missing else job.education,
        () if "employment" in job.missing else (job.employment,),
    )  # fmt: skip


def read(card):
    posting = normalise(card, NOW)
    assert not posting.unknown
    return (
        posting.title, posting.company, posting.career, posting.posted_on,
        posting.skills, posting.regions, posting.education, posting.employment,
    )  # fmt: skip


def test_the_walks_list_every_posting_once_newest_first_110_on_a_page():
    walks = courses().walks["saramin"].daily
    assert sorted(card.board_id for entry in walks for card in cards_of(entry)) == sorted(LISTED)
    posted = [LISTED[card.board_id].posted_at for card in cards_of(walks[0])]
    assert posted == sorted(posted, reverse=True)
    sizes = [len(SPIDER.parse_list(page)) for page in pages(walks[0])]
    assert sizes[:-1] == [110] * (len(sizes) - 1)
    assert len(sizes) > 1


def test_a_card_reads_back_as_the_posting():
    cards = [card for entry in courses().walks["saramin"].daily for card in cards_of(entry)]
    assert [read(card) for card in cards] == [truth(LISTED[card.board_id]) for card in cards]
    for card in cards:
        assert deadline(LISTED[card.board_id]) in (None, normalise(card, NOW).deadline)
    assert {normalise(card, NOW).deadline.kind for card in cards} >= set(DeadlineKind) - {
        DeadlineKind.UNKNOWN, DeadlineKind.UPCOMING
    }  # fmt: skip


def test_every_key_is_read_or_ignored():
    assert {key for card in cards_of({"cat_mcls": "2"}) for key in card.extra} == ON_LISTS
    assert not IGNORED & ON_LISTS


def test_a_job_keyword_walks_the_search_and_the_api_alike():
    for code, fits in KEYWORDS.items():
        expected = [job.board_id for job in LISTED.values() if fits in (job.field, *job.skills)]
        searched = walk(APP, SPIDER, SPIDER.list_request({"cat_kewd": code}))
        assert [card.board_id for card in searched] == expected
        assert [card.board_id for card in cards_of({"cat_kewd": code})] == expected
        assert expected
    assert not any(has_keyword(job, "0") for job in LISTED.values())
