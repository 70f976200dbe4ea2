"""`scrapy crawl` by hand: a line for what went well, a line for what a person must mend."""

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


def test_made_up_postings_do_not_come_into_a_database_of_real_ones(database):
    with database, database.cursor() as cursor:
        cursor.execute("INSERT INTO crawl (spider, started_at, made_up) VALUES ('saramin', now(), false)")
    code, said = refusal("crawl", "jumpit")
    assert (code, said) == (2, "error: this database holds postings of real boards; use another one (DATABASE_URL)\n")
