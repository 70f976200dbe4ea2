"""What the sandbox prints as Incruit, in EUC-KR, the spider reads back as it was."""

from dataclasses import replace
from datetime import datetime, timedelta

from scrapy import Request

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, PostingState, Region
from jobdb.tracks import courses
from jobspider.normalise import normalise
from jobspider.normalise.company import read_company
from jobspider.spiders.incruit import IncruitSpider
from sandbox.boards import incruit
from sandbox.market import Market
from tests.loopback import answer, application, opened, walk

NOW = datetime(2026, 11, 24, 10, tzinfo=KST)
MARKET = Market(7, NOW, 1200)
APP = application(incruit, MARKET)
SPIDER = IncruitSpider()
LISTED = {job.board_id: job for job in MARKET.listed("incruit")}


def cards_of(walk_entry, app=APP):
    return list(walk(app, SPIDER, SPIDER.list_request(walk_entry)))


def ids(walk_entry):
    return [card.board_id for card in cards_of(walk_entry)]


def career(job):
    """The board has one word for those who may be anybody."""
    kinds = {CareerKind.NEWCOMER: Career(CareerKind.NEWCOMER), CareerKind.ANY: Career(CareerKind.BOTH)}
    return kinds.get(job.career.kind, job.career)


def is_passed_on(job):
    return int(job.board_id) % 11 == 3


def deadline(job):
    """A page that was passed on prints no end: the card's day stands."""
    at = job.deadline.at
    if at and is_passed_on(job):
        at = at.replace(hour=23, minute=59)
    return Deadline(job.deadline.kind, at and at.replace(second=0))


def to_the_minute(found):
    return replace(found, at=found.at and found.at.replace(second=0))


def truth(job):
    return (
        job.title, read_company(job.company), career(job), deadline(job),
        () if "region" in job.missing else (Region(job.sido, job.sigungu),),
        job.remote and "region" not in job.missing,
        Education.UNKNOWN if "education" in job.missing else job.education,
        () if "employment" in job.missing else (job.employment,),
        "" if "pay" in job.missing else job.pay,
    )  # fmt: skip


def read(raw):
    posting = normalise(raw, NOW)
    assert not posting.unknown
    return (
        posting.title, posting.company, posting.career, to_the_minute(posting.deadline), posting.regions,
        posting.remote, posting.education, posting.employment, posting.pay,
    )  # fmt: skip


def test_the_walks_list_every_posting_once():
    cards = [card for entry in courses().walks["incruit"].full for card in cards_of(entry)]
    assert len(cards) > 300
    assert sorted(card.board_id for card in cards) == sorted(LISTED)


def test_todays_walk_lists_what_was_registered_or_modified_today_of_all_occupations():
    words = {card.board_id: card.posted for card in cards_of({"today": "y"})}
    today = {number for number, posted in words.items() if "분전" in posted or "시간전" in posted}
    registered = {job.board_id for job in LISTED.values() if job.posted_at.date() == NOW.date()}
    assert set(words) == today > registered > set()
    assert {words[number][-3:-1] for number in registered} == {"등록"}
    assert {words[number][-3:-1] for number in set(words) - registered} == {"수정"}
    occupations = {number for entry in courses().walks["incruit"].full for number in ids(entry)}
    assert set(words) & occupations


def test_a_list_by_modification_begins_with_todays():
    today = set(ids({"today": "y", "occ1": "150"}))
    assert set(ids({"occ1": "150", "sortfield": "mod"})[: len(today)]) == today


def test_the_wire_is_the_boards_encoding():
    response = answer(APP, SPIDER.list_request({"occ1": "150"}))
    assert response.encoding == "cp949"
    assert response.body.decode("cp949")


def test_rows_print_the_place_first_or_third():
    cards = [card for card in cards_of({"occ1": "150"}) if not LISTED[card.board_id].missing]
    places = [(LISTED[card.board_id].sido, card.conditions) for card in cards]
    assert {[word.startswith(sido) for word in words].index(True) for sido, words in places} == {0, 2}


def test_a_page_reads_back_as_the_posting():
    cards = [card for entry in courses().walks["incruit"].full for card in cards_of(entry)[:80]]
    assert any(is_passed_on(LISTED[card.board_id]) for card in cards)
    assert [read(opened(APP, SPIDER, card)) for card in cards] == [truth(LISTED[card.board_id]) for card in cards]


def test_every_way_of_saying_a_deadline_is_printed():
    words = {card.deadline[:1] for entry in courses().walks["incruit"].full for card in cards_of(entry)}
    assert words >= {"~", "상", "채", "접", "오"}


def test_a_body_is_text_or_one_image():
    for card in cards_of({"occ1": "150"})[:40]:
        body, job = SPIDER.parse_body(answer(APP, SPIDER.body_request(card))), LISTED[card.board_id]
        assert (body.body, body.body_images) == (("", 1) if job.body_is_image else (job.body, 0))


def state_of(job):
    if job is None:
        return PostingState.UNKNOWN  # with status 404, which settles it
    if job.is_closed(NOW):
        return PostingState.CLOSED
    unmarked = job.deadline.kind is DeadlineKind.UPCOMING or is_passed_on(job)
    return PostingState.UNKNOWN if unmarked else PostingState.OPEN


def test_a_page_tells_its_state():
    seen = []
    for number in [job.board_id for job in Market(7, NOW - timedelta(days=15), 1200).listed("incruit")]:
        response, job = answer(APP, SPIDER.posting_request(number, "")), MARKET.find("incruit", number)
        assert response.status == (404 if job is None else 200)
        assert SPIDER.posting_state(response) is state_of(job)
        seen.append((state_of(job), job is not None and is_passed_on(job)))
    assert {state for state, _ in seen} == set(PostingState)
    assert (PostingState.CLOSED, True) in seen


def test_beyond_the_last_page_nothing_is_found():
    assert SPIDER.parse_list(answer(APP, SPIDER.list_request({"page": "99"}))) == []
    assert SPIDER.parse_list(answer(APP, SPIDER.list_request({"occ1": "190"}))) == []


def test_letters_that_the_board_cannot_send_come_as_references():
    hostile = "<b>💡 데이터</b> & 분석가"
    job = replace(next(iter(LISTED.values())), title=hostile)

    class One(Market):
        def listed(self, board):
            return [job]

        def find(self, board, board_id):
            return job

    app = application(incruit, One(7, NOW, 1))
    (card,) = cards_of({}, app)
    assert card.title == hostile
    assert opened(app, SPIDER, card).title == hostile


def test_robots_forbid_the_partners_texts_alone():
    robots = answer(APP, Request("https://job.incruit.com/robots.txt")).text
    assert "jobpostcontpartner" in robots
    assert "searchjob" not in robots
