"""A manager edits the keywords: postings seen before are judged by the new rules."""

from dataclasses import replace

import pytest

from jobdb.tracks import Track
from jobspider.keywords import Matcher
from jobspider.rematch import rematch, rules_changed
from jobspider.store import CrawlStore
from tests.jobspider.test_store import CARD, NOW, POSTING, ask

BEFORE = Matcher([Track("fullstack", "풀스택", ("백엔드",), ("석사",), {"any": 5})])
AFTER = Matcher([Track("fullstack", "풀스택", ("서버", "호텔"), ("석사",), {"any": 5})])


@pytest.fixture
def store(database):
    store = CrawlStore.open("jumpit")
    store.rules = BEFORE.fingerprint
    store.begin(NOW, made_up=True)
    for card, keep in ((CARD, True), (replace(CARD, board_id="2", title="호텔 프론트"), False)):
        store.meet(card)
        if keep:
            store.keep(replace(POSTING, tracks={"fullstack": ("백엔드",)}))
        else:
            store.drop(card.board_id, "no_keyword")
    store.flush(NOW)
    store.finish(NOW, requests=1, verdict="ok", cause=None)
    return CrawlStore.open("jumpit")


def test_the_same_rules_are_no_change_and_an_edit_is_one(database, store):
    assert rules_changed(database, "jumpit", BEFORE) is False
    assert rules_changed(database, "jumpit", AFTER) is True
    assert rules_changed(database, "saramin", AFTER) is False  # it was never crawled


def test_the_order_of_words_is_no_edit():
    one = Matcher([Track("pm", "PM", ("웹 기획", "앱 기획"), ("석사", "박사"), {"any": 12})])
    other = Matcher([Track("pm", "기획", ("앱 기획", "웹 기획"), ("박사", "석사"), {"any": 3})])
    assert one.fingerprint == other.fingerprint


def test_a_stored_posting_gets_the_tracks_that_want_it_now(database, store):
    assert rematch(database, "jumpit", AFTER) == {"2"}
    assert ask(database, "SELECT track FROM posting_track") == []
    assert rematch(database, "jumpit", BEFORE) == set()
    assert ask(database, "SELECT track, words FROM posting_track") == [("fullstack", ["백엔드"])]


def test_a_dropped_posting_that_is_wanted_now_is_new_again(database, store):
    store.forget(rematch(database, "jumpit", AFTER))
    assert store.meet(replace(CARD, board_id="2", title="호텔 프론트")) is False
    assert store.meet(CARD) is True
