"""Rows that go through COPY come out word for word; a crawl killed between batches loses the last one at the most."""

import os
import select
import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import psycopg2.errors
import pytest

from jobdb.clock import KST
from jobdb.posting import Employment, Posting
from jobdb.tracks import courses
from jobspider.items import Sighting
from jobspider.keywords import Matcher
from jobspider.spiders.saramin import SaraminSpider
from jobspider.statements import write_postings, write_sightings
from sandbox.boards import saramin
from sandbox.market import Market
from tests.loopback import application, walk
from tests.worlds import ROOT, sandbox, scrapy

NOW = datetime(2026, 11, 24, 3, tzinfo=KST)
PLAIN = Posting("jumpit", "1", "https://jumpit.saramin.co.kr/position/1", "백엔드 개발자", "가람소프트", "가람소프트")
WILD = [
    "", "NULL", "null", r"\N", r"\.", "\\", '"', "'", '""', ",", "{}", "{a,b}", '{"a"}', " blank ", "a\tb", "%s", "$1",
    "두\n줄", "두\r\n줄", "두\r줄", "줄\n\\.\n줄", 'a "b", c', "ａ＋ｂ", "👩‍💻", "\u2028", "');DROP TABLE posting;--",
]  # fmt: skip


def ask(database, question):
    with database, database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@pytest.fixture
def write(database):
    def write(*postings):
        with database, database.cursor() as cursor:
            write_postings(cursor, postings, NOW)

    return write


def test_every_text_is_stored_as_it_was(database, write):
    postings = [
        replace(
            PLAIN, board_id=str(number), title=text, company=text, pay=text, body=text, skills=(text, "SQL", text),
            raw={"title": text, text: [text]}, tracks={"bigdata": (text, "SQL"), "pm": ()},
        )
        for number, text in enumerate(WILD)
    ]  # fmt: skip
    write(*postings)
    rows = ask(database, "SELECT title, company, pay, body, skills, raw FROM posting ORDER BY board_id::int")
    assert rows == [(text, text, text, text, [text, "SQL", text], {"title": text, text: [text]}) for text in WILD]
    tracks = "SELECT words FROM posting_track JOIN posting ON id = posting_id WHERE track = 'bigdata' ORDER BY id"
    assert ask(database, tracks) == [([text, "SQL"],) for text in WILD]


def test_a_sighting_s_texts_too(database):
    with database, database.cursor() as cursor:
        write_sightings(
            cursor, "jumpit", [(f"{n}", Sighting(text, text, text, text)) for n, text in enumerate(WILD)], NOW
        )
    rows = ask(database, "SELECT title, company, card_hash, outcome FROM sighting ORDER BY board_id::int")
    assert rows == [(text,) * 4 for text in WILD]


def test_what_is_not_known_is_null_and_not_empty(database, write):
    write(PLAIN)
    columns = "deadline_at, career_min, career_max, posted_on, pay, body, skills, employment, regions"
    assert ask(database, f"SELECT {columns} FROM posting") == [(None, None, None, None, "", "", [], [], [])]


def test_one_batch_holds_new_and_known_postings(database, write):
    second = replace(PLAIN, board_id="2", employment=(Employment.INTERN, Employment.CONTRACT))
    write(PLAIN)
    write(replace(PLAIN, title="서버 개발자"), second)
    rows = ask(database, "SELECT board_id, title, employment FROM posting ORDER BY board_id")
    assert rows == [("1", "서버 개발자", []), ("2", PLAIN.title, ["intern", "contract"])]


def test_tracks_that_stay_are_not_written_again(database, write):
    write(replace(PLAIN, tracks={"pm": ("웹 기획",), "bigdata": ("SQL",)}))
    before = ask(database, "SELECT track, xmin::text FROM posting_track ORDER BY track")
    write(replace(PLAIN, tracks={"pm": ("웹 기획",), "bigdata": ("SQL", "NLP")}))
    after = ask(database, "SELECT track, xmin::text FROM posting_track ORDER BY track")
    assert after[1] == before[1]
    assert ask(database, "SELECT words FROM posting_track WHERE track = 'bigdata'") == [(["SQL", "NLP"],)]


def test_what_postgresql_cannot_hold_is_left_out(database):
    with database, database.cursor() as cursor:
        write_sightings(
            cursor, "jumpit", [("1", Sighting("웹\x00 기획\ud800", "\x00", "", "malformed: no_company"))], NOW
        )
    assert ask(database, "SELECT title, company FROM sighting") == [("웹 기획", "")]


def test_a_batch_that_fails_leaves_nothing(database, write):
    with pytest.raises(psycopg2.errors.CardinalityViolation):
        write(PLAIN, replace(PLAIN, board_id="2"), PLAIN)
    assert ask(database, "SELECT count(*) FROM posting") == [(0,)]


def test_a_killed_crawl_run_again_has_every_posting(database, tmp_path):
    size, clock = 1_500, NOW.isoformat()
    with sandbox("--size", str(size), clock=clock) as address:
        told = {"JOB_CLOCK": clock, "JOBSPIDER_KEPT_PAGES": str(tmp_path)}
        kill_after_first_batch(database, address, told)
        (kept,) = ask(database, "SELECT count(*) FROM posting")
        done = scrapy(address, "crawl", "saramin", **told)
    assert done.returncode == 0, done.stderr
    assert kept == (100,)
    outcomes = dict(ask(database, "SELECT board_id, outcome FROM sighting"))
    cards, wanted = listed(size)
    assert outcomes.keys() == cards
    assert {outcomes[number] for number in wanted} <= {"stored", "duplicate"}
    stored = {number for number, outcome in outcomes.items() if outcome == "stored"}
    assert {number for (number,) in ask(database, "SELECT board_id FROM posting")} == stored
    assert len(stored) > 100


def kill_after_first_batch(database, address, told):
    """Run a crawl; PostgreSQL tells of its first commit of postings, at which it is killed."""
    with database, database.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY stored; RETURN NULL; END $$;
            CREATE TRIGGER tell AFTER INSERT ON posting FOR EACH STATEMENT EXECUTE FUNCTION tell();
            LISTEN stored;
            """
        )
    environment = os.environ | told | {"JOBSPIDER_SANDBOX": address, "JOBSPIDER_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "scrapy", "crawl", "saramin"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as crawl:
        assert select.select([database], [], [], 60)[0], "the crawl stored nothing"
        crawl.kill()
    assert crawl.returncode == -9


def listed(size):
    """The numbers of all cards on the board's walks, and of those that a track wants."""
    app, spider = application(saramin, Market(7, NOW, size)), SaraminSpider()
    matcher = Matcher(courses().tracks.values())
    cards = [card for entry in spider.walks() for card in walk(app, spider, spider.list_request(entry))]
    wanted = {card.board_id for card in cards if matcher.wanted(card.title, card.company)}
    return {card.board_id for card in cards}, wanted
