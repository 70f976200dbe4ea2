"""`scrapy crawl` by hand: a line for what went well, a line for what a person must mend."""

import json

import pytest

from jobdb.boards import BOARDS
from tests.worlds import sandbox, scrapy

NOWHERE = "http://127.0.0.1:9"


def refusal(*arguments: str, **environment: str) -> tuple[int, str]:
    done = scrapy(environment.pop("address", NOWHERE), *arguments, JOBSPIDER_LOG_LEVEL="ERROR", **environment)
    return done.returncode, done.stderr


def test_the_spiders_are_listed():
    assert set(scrapy(NOWHERE, "list").stdout.split()) == set(BOARDS) | {"recheck"}


def test_a_crawl_is_summed_up_in_a_line(database):
    with sandbox("--size", "100") as address:
        done = scrapy(address, "crawl", "saramin")
    assert done.stdout.startswith("saramin: listed ")
    assert done.stdout.endswith("; ok\n")
    assert done.returncode == 0


def test_a_board_that_there_is_not():
    code, said = refusal("crawl", "sramin")
    assert code == 2
    assert said == "error: no board 'sramin'; known are incruit, jumpit, recheck, saramin, wanted, worknet\n"


def test_a_database_that_does_not_answer(monkeypatch):
    code, said = refusal("crawl", "saramin", DATABASE_URL="postgresql://x:y@127.0.0.1:9/z")
    assert (code, len(said.splitlines())) == (2, 1)
    assert said.startswith("error: the database does not answer")


def test_courses_toml_that_is_broken(database, tmp_path):
    (tmp_path / "courses.toml").write_text("[tracks")
    code, said = refusal("crawl", "saramin", JOB_CONFIG_DIR=str(tmp_path))
    assert (code, len(said.splitlines())) == (2, 1)
    assert str(tmp_path / "courses.toml") in said


@pytest.mark.parametrize("address", ["http://boards.example.com", "http://10.0.0.7:80"])
def test_a_sandbox_elsewhere_is_refused(database, address):
    code, said = refusal("crawl", "saramin", address=address)
    assert (code, len(said.splitlines())) == (2, 1)
    assert "not on this machine" in said


def test_a_source_of_wanted_that_there_is_not(database):
    code, said = refusal("crawl", "wanted", WANTED_SOURCE="telepathy")
    assert (code, len(said.splitlines())) == (2, 1)
    assert "telepathy" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["saramin", "-a", "ful=1"], "-a ful=… is no argument of this spider; it takes full"),
        (["saramin", "-a", "full=no"], "-a full=no takes 1 or 0"),
        (["wanted", "-a", "detail_limit=many"], "-a detail_limit=many takes numbers"),
        (["recheck", "-a", "id=1"], "-a id=… is no argument of this spider; it takes ids, edition, unlisted"),
        (["recheck", "-a", "ids=12;15"], "-a ids=12;15 takes numbers"),
    ],
)
def test_a_misspelt_word_of_the_command(database, arguments, told):
    code, said = refusal("crawl", *arguments)
    assert (code, len(said.splitlines())) == (2, 1)
    assert told in said


@pytest.mark.parametrize("setting", ["JOB_LOG", "JOB_CLOCK"])
def test_a_setting_that_the_spider_stumbles_over(database, setting):
    code, said = refusal("crawl", "saramin", **{setting: "wrong"})
    assert (code, len(said.splitlines())) == (2, 1)
    assert f"{setting}='wrong'" in said


def test_a_level_of_the_log_that_there_is_not():
    done = scrapy(NOWHERE, "list", JOBSPIDER_LOG_LEVEL="LOUD")
    assert done.returncode == 2
    assert done.stderr == "error: JOBSPIDER_LOG_LEVEL='LOUD'; it takes WARNING, INFO or DEBUG\n"


def test_the_log_is_json_from_the_spider_s_opening_to_its_end(database):
    with sandbox("--size", "100") as address:
        done = scrapy(address, "crawl", "jumpit", JOB_LOG="json", JOBSPIDER_LOG_LEVEL="INFO")
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["message"], last["program"]) == ("Spider closed (finished)", "crawl jumpit")


def test_made_up_postings_do_not_come_into_a_database_of_real_ones(database):
    with database, database.cursor() as cursor:
        cursor.execute("INSERT INTO crawl (spider, started_at, made_up) VALUES ('saramin', now(), false)")
    code, said = refusal("crawl", "jumpit")
    assert (code, said) == (2, "error: this database holds postings of real boards; use another one (DATABASE_URL)\n")


FULL = """
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'No space left on device'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION full_disk()
"""
GONE = """
    CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
    CREATE TRIGGER gone BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION gone()
"""


@pytest.mark.parametrize(
    ("trouble", "told", "row"),
    [(FULL, "; database: No space left on device\n", ("failed", 0)), (GONE, "; database: ", (None, 0))],
)
def test_a_crawl_that_could_not_write_has_failed(database, trouble, told, row):
    with database, database.cursor() as cursor:
        cursor.execute(trouble)
    with sandbox("--size", "400") as address:
        done = scrapy(address, "crawl", "saramin")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert told in done.stdout
    with database, database.cursor() as cursor:
        cursor.execute("SELECT verdict, stored FROM crawl")
        assert cursor.fetchall() == [row]
