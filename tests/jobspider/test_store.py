"""What a crawl writes, and what the next one knows of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from jobdb.posting import Deadline, DeadlineKind, Posting, PostingState, Region
from jobspider.items import RawPosting, Verdict
from jobspider.store import CrawlStore

NOW = datetime(2026, 11, 24, 1, tzinfo=KST)
CARD = RawPosting("jumpit", "1", "https://jumpit.saramin.co.kr/position/1", title="백엔드 개발자", company="가람소프트")
POSTING = Posting(
    board="jumpit", board_id="1", url=CARD.url, title=CARD.title, company=CARD.company, company_key="가람소프트",
    deadline=Deadline(DeadlineKind.DATED, NOW + timedelta(days=9)), regions=(Region("서울", "강남구"), Region("전국")),
    tracks={"fullstack": ("백엔드",), "bigdata": ("SQL",)}, raw={"deadline": "~ 12/03(목)"},
)  # fmt: skip


@pytest.fixture
def store(database):
    return CrawlStore.open("jumpit")


def ask(database, question):
    with database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def crawl(store, posting=POSTING, at=NOW):
    store.meet(CARD)
    store.keep(posting)
    store.flush(at)


def test_a_posting_is_stored_with_its_tracks_and_words(database, store):
    crawl(store)
    assert ask(database, "SELECT board_id, title, deadline_at, regions, raw->>'deadline' FROM posting") == [
        ("1", "백엔드 개발자", POSTING.deadline.at, [["서울", "강남구"], ["전국", None]], "~ 12/03(목)")
    ]
    assert ask(database, "SELECT track, words FROM posting_track ORDER BY track") == [
        ("bigdata", ["SQL"]),
        ("fullstack", ["백엔드"]),
    ]


def test_the_next_crawl_knows_the_card(database, store):
    crawl(store)
    later = CrawlStore.open("jumpit")
    assert later.meet(CARD) is True
    later.flush(NOW + timedelta(days=1))
    assert ask(database, "SELECT last_seen - first_seen FROM posting") == [(timedelta(days=1),)]
    assert CrawlStore.open("saramin").meet(CARD) is False


def test_a_relative_registration_time_does_not_change_a_card():
    assert replace(CARD, posted="(2분전 수정)").card_hash() == replace(CARD, posted="(3분전 수정)").card_hash()
    assert replace(CARD, posted="2026.11.24").card_hash() != replace(CARD, posted="2026.11.25").card_hash()


def test_stored_again_it_keeps_its_id_and_loses_the_tracks_that_no_longer_want_it(database, store):
    crawl(store)
    before = ask(database, "SELECT id, first_seen FROM posting")
    store.keep(replace(POSTING, title="서버 개발자", tracks={"fullstack": ("서버 개발자",)}))
    store.flush(NOW + timedelta(hours=1))
    assert ask(database, "SELECT id, first_seen FROM posting") == before
    assert ask(database, "SELECT track, words FROM posting_track") == [("fullstack", ["서버 개발자"])]


def test_a_posting_closed_by_a_recheck_is_reopened_when_a_list_shows_it_anew(database, store):
    crawl(store)
    ((posting_id,),) = ask(database, "SELECT id FROM posting")
    store.write_verdict(Verdict(posting_id, PostingState.CLOSED, "마감되었습니다", NOW))
    assert ask(database, "SELECT closed_reason FROM posting") == [("마감되었습니다",)]
    crawl(store, at=NOW + timedelta(days=1))
    assert ask(database, "SELECT closed_at FROM posting") == [(None,)]


def test_the_card_of_a_closed_posting_is_opened_once_more_and_of_an_open_one_not(database, store):
    crawl(store)
    assert set(CrawlStore.open("jumpit").known) == {"1"}
    ((posting_id,),) = ask(database, "SELECT id FROM posting")
    store.write_verdict(Verdict(posting_id, PostingState.CLOSED, "http 404", NOW))
    later = CrawlStore.open("jumpit")
    assert later.known == {}
    later.meet(CARD)
    later.drop("1", "closed")
    later.flush(NOW)
    assert set(CrawlStore.open("jumpit").known) == {"1"}


@pytest.mark.parametrize(
    ("first", "then", "closed"),
    [("closed", "open", False), ("closed", "unknown", True), ("open", "unknown", False), ("open", "closed", True)],
)
def test_verdicts_close_and_reopen_and_trouble_changes_nothing(database, store, first, then, closed):
    crawl(store)
    ((posting_id,),) = ask(database, "SELECT id FROM posting")
    for state in (first, then):
        store.write_verdict(Verdict(posting_id, PostingState(state), "said so", NOW))
    assert ask(database, "SELECT closed_at IS NOT NULL FROM posting") == [(closed,)]
    assert ask(database, "SELECT state FROM link_check ORDER BY id") == [(first,), (then,)]


def test_what_is_dropped_is_remembered_with_its_reason(database, store):
    store.meet(CARD)
    store.drop("1", "no_keyword")
    store.flush(NOW)
    assert ask(database, "SELECT board_id, title, outcome FROM sighting") == [("1", "백엔드 개발자", "no_keyword")]
    assert ask(database, "SELECT count(*) FROM posting") == [(0,)]


def test_a_crawl_killed_before_it_wrote_leaves_the_card_new(database, store):
    store.meet(CARD)
    store.keep(POSTING)
    store.database.close()
    assert CrawlStore.open("jumpit").known == {}


def test_after_a_crawl_without_an_end_known_cards_are_no_sign_to_stop(database, store):
    assert store.last_crawl_was_whole() is True
    store.begin(NOW, made_up=True)
    assert CrawlStore.open("jumpit").last_crawl_was_whole() is False
    store.finish(NOW, requests=3, verdict="ok", cause=None)
    assert CrawlStore.open("jumpit").last_crawl_was_whole() is True


def test_a_full_crawl_marks_what_no_list_shows_any_more_and_a_list_takes_the_mark_off(database, store):
    crawl(store)
    assert store.mark_unlisted(NOW) == 0
    assert store.mark_unlisted(NOW + timedelta(days=1)) == 1
    assert ask(database, "SELECT closed_at, unlisted_at IS NOT NULL FROM posting") == [(None, True)]
    later = CrawlStore.open("jumpit")
    later.meet(CARD)
    later.flush(NOW + timedelta(days=2))
    assert ask(database, "SELECT unlisted_at FROM posting") == [(None,)]


def test_the_crawl_s_row(database, store):
    store.begin(NOW, made_up=True)
    store.drop("9", "excluded")
    store.count_failure("list: http 403")
    store.finish(NOW, requests=7, verdict="failed", cause="list: http 403")
    rows = ask(database, "SELECT requests, dropped, failures, verdict, cause, made_up FROM crawl")
    assert rows == [(7, {"excluded": 1}, {"list: http 403": 1}, "failed", "list: http 403", True)]


def test_a_crawl_is_compared_with_those_that_went_as_deep(database):
    for deep, listed in ((True, 260), (False, 80)):
        earlier = CrawlStore.open("jumpit")
        earlier.deep, earlier.listed = deep, listed
        earlier.begin(NOW, made_up=True)
        earlier.finish(NOW, 9, "ok", None)
    store = CrawlStore.open("jumpit")
    assert [tally.listed for tally in store.earlier()] == [80]
    store.deep = True
    assert [tally.listed for tally in store.earlier()] == [260]
