"""What the sandbox prints as 고용24, the spider reads back as it was, by its pages and by its Open API."""

from datetime import datetime, timedelta

import pytest
from scrapy import Request
from w3lib.url import add_or_replace_parameters, url_query_parameter

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Employment, PostingState, Region
from jobdb.tracks import courses
from jobspider.base import UnreadablePage
from jobspider.normalise import normalise
from jobspider.spiders.worknet import WorknetSpider
from jobspider.worknet import openapi as openapi_pages
from jobspider.worknet.openapi import OpenApi
from jobspider.worknet.website import LIST
from sandbox.boards import worknet, worknet_api, worknet_words
from sandbox.market import Market
from tests.loopback import answer, application, opened, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 1200)
APP = application(worknet, MARKET)
LISTED = {job.board_id: job for job in MARKET.listed("worknet")}
ALL = {"occupation": "|".join(worknet_words.GROUPS), "name": "모든 직종"}


def website():
    return WorknetSpider()


def openapi():
    spider = WorknetSpider()
    spider.source = OpenApi()
    return spider


def ask(request, key=worknet_api.KEY):
    """Answer a request as it goes out: a call of the Open API with the key."""
    if openapi_pages.PATH in request.url:
        response = answer(APP, request.replace(url=add_or_replace_parameters(request.url, {"authKey": key})))
        return response.replace(url=request.url)
    return answer(APP, request)


def career(job):
    """The board prints the least years alone."""
    if job.career.kind is CareerKind.EXPERIENCED:
        return Career(CareerKind.EXPERIENCED, job.career.min_years)
    return Career(job.career.kind)


def deadline(job):
    """What is open-ended ends in 2099, which is as good as 채용시까지."""
    return job.deadline if job.deadline.at else Deadline(DeadlineKind.UNTIL_FILLED)


def employment(job):
    """The board knows contracts with and without an end."""
    if "employment" in job.missing:
        return ()
    return (Employment.PERMANENT if job.employment is Employment.PERMANENT else Employment.CONTRACT,)


def truth(job):
    return {
        "title": " ".join(job.title.split()),
        "company": " ".join(job.company.split()),
        "career": career(job),
        "deadline": deadline(job),
        "education": "unknown" if "education" in job.missing else job.education,
        "employment": employment(job),
        "regions": () if "region" in job.missing else (Region(job.sido, job.sigungu),),
        "pay": "" if "pay" in job.missing else job.pay,
        "skills": job.skills,
        "posted_on": job.posted_at.date(),
        "unknown": (),
    }


def assert_read_back(raw, expected):
    posting = normalise(raw, NOW)
    assert {name: getattr(posting, name) for name in expected} == expected


def card_truth(job):
    """Rows print neither contract nor keywords, and a day without its hour."""
    ends = deadline(job)
    if ends.at:
        ends = Deadline(ends.kind, ends.at.replace(hour=23, minute=59, second=59))
    return truth(job) | {"employment": (), "skills": (), "deadline": ends}


def test_every_listed_posting_is_read_back_from_its_row_and_its_page():
    spider = website()
    cards = list(walk(APP, spider, spider.list_request(ALL)))
    assert [card.board_id for card in cards] == list(LISTED)
    for card in cards:
        job = LISTED[card.board_id]
        assert_read_back(card, card_truth(job))
        assert card.extra["infoTypeCd"] == worknet_words.provider_of(job)
        if not worknet_words.is_elsewhere(job):
            raw = opened(APP, spider, card)
            assert_read_back(raw, truth(job))
            assert (raw.body_images, bool(raw.body)) == (int(job.body_is_image), not job.body_is_image)


def test_no_contact_of_a_person_is_read():
    spider = website()
    for card in list(walk(APP, spider, spider.list_request(ALL)))[:20]:
        if not spider.is_whole(card):
            assert "000-0000" not in str(opened(APP, spider, card))


@pytest.mark.parametrize("entry", courses().walks["worknet"].daily, ids=lambda entry: entry["occupation"])
def test_a_walk_shows_its_occupation_newest_first(entry):
    spider = website()
    cards = list(walk(APP, spider, spider.list_request(entry)))
    fields = worknet_words.GROUPS[entry["occupation"]]
    assert [card.board_id for card in cards] == [number for number, job in LISTED.items() if job.field in fields]


def test_an_occupation_without_postings_says_so():
    spider = website()
    response = answer(APP, spider.list_request({"occupation": "131", "name": "작물재배"}))
    assert (spider.parse_list(response), spider.next_page(response)) == ([], None)


@pytest.mark.parametrize("number", ["pageIndex", "currentPageNo"])
def test_either_name_of_the_page_s_number_turns_the_page(number):
    shown = [website().parse_list(answer(APP, Request(f"{LIST}?{number}={page}"))) for page in (1, 2)]
    assert [len(cards) for cards in shown] == [10, 10]
    assert shown[0] != shown[1]


def test_a_posting_is_found_by_its_provider_too():
    spider = website()
    number, job = next(pair for pair in LISTED.items() if worknet_words.provider_of(pair[1]) == "CSI")
    card = next(card for card in walk(APP, spider, spider.list_request(ALL)) if card.board_id == number)
    hard_coded = add_or_replace_parameters(card.url, {"infoTypeCd": "VALIDATION"})
    assert spider.parse_posting(answer(APP, Request(card.url))).title == job.title
    with pytest.raises(UnreadablePage):
        spider.parse_posting(answer(APP, Request(hard_coded)))


def test_a_row_that_leads_elsewhere_is_all_there_is_of_its_posting():
    spider = website()
    cards = list(walk(APP, spider, spider.list_request(ALL)))
    elsewhere = [card for card in cards if "jobkorea" in card.url]
    assert elsewhere
    assert all(spider.is_whole(card) for card in elsewhere)
    assert not any(spider.is_whole(card) for card in cards if card not in elsewhere)
    for card in elsewhere:
        assert normalise(card, NOW).url == card.url
        assert (
            spider.posting_state(answer(APP, spider.posting_request(card.board_id, card.url))) is PostingState.UNKNOWN
        )


def test_the_state_is_what_became_of_the_posting():
    older = Market(7, NOW - timedelta(days=25), 1200)
    spider = website()
    told = set()
    for card in walk(application(worknet, older), spider, spider.list_request(ALL)):
        job = MARKET.find("worknet", card.board_id)
        if "jobkorea" in card.url:
            continue
        state = spider.posting_state(answer(APP, spider.posting_request(card.board_id, card.url)))
        over = job is None or job.is_closed(NOW)
        assert state is (PostingState.CLOSED if over else PostingState.OPEN), card
        told.add("gone" if job is None else "early" if worknet.ended_early(job, MARKET) else over)
    assert told == {"gone", "early", True, False}


def test_the_open_api_leads_to_the_board_s_own_postings():
    spider = openapi()
    cards, request = [], spider.list_request(ALL)
    while request:
        assert "authKey" not in request.url
        response = ask(request)
        cards += spider.parse_list(response)
        request = spider.next_page(response)
    own = {number for number, job in LISTED.items() if worknet_words.provider_of(job) == "VALIDATION"}
    assert {card.board_id for card in cards} == own
    for card in cards:
        job = LISTED[card.board_id]
        raw = card.merged(spider.parse_posting(ask(spider.card_request(card))))
        ends = card_truth(job)["deadline"]
        assert_read_back(raw, truth(job) | {"deadline": ends})
        assert url_query_parameter(raw.url, "wantedAuthNo") == card.board_id
        assert "아무개" not in str(raw)


def test_a_cut_title_is_opened_whatever_it_says():
    spider = openapi()
    cut = [card for card in spider.parse_list(ask(spider.list_request(ALL))) if card.title.endswith("...")]
    assert cut
    assert all(spider._is_worth_opening(card) for card in cut)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (worknet_api.PERSONAL, "개인회원은 사용할 수 없는 OPEN-API입니다."),
        ("mistyped", "유효하지 않은 인증키 입니다."),
        ("", "authKey는 필수 입니다"),
    ],
)
def test_a_key_that_is_refused_is_said_and_not_an_empty_list(key, words):
    spider = openapi()
    with pytest.raises(UnreadablePage, match=words):
        spider.parse_list(ask(spider.list_request(ALL), key))


def test_no_postings_are_no_failure():
    spider = openapi()
    assert spider.parse_list(ask(spider.list_request({"occupation": "131", "name": "작물재배"}))) == []


def test_an_unknown_number_of_the_open_api_is_not_closed_by_itself():
    response = ask(Request(f"{openapi_pages.CALL}210D01.do?infoSvc=VALIDATION&wantedAuthNo=K0"))
    assert openapi().posting_state(response) is PostingState.UNKNOWN
    with pytest.raises(UnreadablePage, match="정보가 존재하지 않습니다"):
        openapi().parse_posting(response)


def test_texts_are_escaped():
    job = next(job for job in LISTED.values() if "<" in job.title and not worknet_words.is_elsewhere(job))
    page = answer(APP, Request("https://www.work24.go.kr" + worknet.heading(job)["link"]))
    assert "&lt;B2B" in page.text
    assert "<B2B" not in page.text
