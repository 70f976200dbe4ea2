"""Which walks lose nothing on a board that is crawled on Mondays and Thursdays at one in the morning."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from jobdb.tracks import courses
from jobspider.spiders.incruit import IncruitSpider
from sandbox.boards import incruit
from sandbox.market import Market
from tests.loopback import answer, application

FIRST = datetime(2026, 11, 2, 1, tzinfo=KST)  # a Monday
NIGHTS = [FIRST + timedelta(weeks=week, days=days) for week in range(3) for days in (0, 3)]
SPIDER = IncruitSpider()
MARKETS = {at: Market(7, at, 4000) for at in NIGHTS}
WALKS = courses().walks["incruit"]
OCCUPATIONS = [walk for walk in WALKS.daily if "occ1" in walk]
TODAY = [walk for walk in WALKS.daily if "today" in walk]


@dataclass
class Account:
    """What a run of nights met: the postings seen, those of the walked occupations never seen, each night's."""

    seen: set[str] = field(default_factory=set)
    met: list[set[str]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    pages: list[int] = field(default_factory=list)


def night(app, walks, known):
    """The ids that a crawl meets, and its pages: each walk ends with a page that brings nothing new."""
    met, pages = set(), 0
    for walk in walks:
        request = SPIDER.list_request(walk)
        while request:
            response = answer(app, request)
            numbers = {card.board_id for card in SPIDER.parse_list(response)}
            pages, met = pages + 1, met | numbers
            request = SPIDER.next_page(response) if numbers - known else None
    return met, pages


def in_walked_occupations(market):
    fields = {field for walk in OCCUPATIONS for field in incruit.GROUPS[walk["occ1"]]}
    return {job.board_id for job in market.listed("incruit") if job.field in fields}


def nights(walks):
    account = Account()
    for at in NIGHTS:
        app = application(incruit, MARKETS[at])
        met, pages = night(app, WALKS.full if at == FIRST else walks, account.seen)
        account.seen |= met
        account.lost |= in_walked_occupations(MARKETS[at]) - account.seen
        account.met.append(met)
        account.pages.append(pages)
    return account


@pytest.fixture(scope="module")
def accounts():
    ways = {"today": TODAY, "occupations": OCCUPATIONS, "daily": WALKS.daily}
    return {way: nights(walks) for way, walks in ways.items()}


def test_todays_postings_alone_lose_the_days_between(accounts):
    assert len(accounts["today"].lost) > 200


def test_the_daily_walks_lose_nothing(accounts):
    assert accounts["daily"].lost == set()


def test_todays_postings_cost_a_page_and_show_old_ones_that_were_modified(accounts):
    daily, occupations = accounts["daily"], accounts["occupations"]
    assert [cost - pages for cost, pages in zip(daily.pages, occupations.pages, strict=True)] == [0, 1, 1, 1, 1, 1]
    also = [more - fewer for more, fewer in zip(daily.met, occupations.met, strict=True)]
    assert all(also[1:])


def test_a_night_costs_far_fewer_pages_than_a_full_run(accounts):
    first, *others = accounts["daily"].pages
    assert max(others) < first / 2
