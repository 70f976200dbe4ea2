"""Clusters in the database: found after a crawl, moved when postings change, overruled by persons."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import cmdline

from jobdb.clock import KST
from jobdb.errors import DataError
from jobdb.posting import Posting, Region
from jobspider import clustering
from jobspider.commands.clusters import table_of
from jobspider.statements import write_postings

NOW = datetime(2026, 11, 24, 1, tzinfo=KST)
FIRST = Posting(
    "saramin", "1", "https://www.saramin.co.kr/1", "[가람소프트] 백엔드 개발자 채용", "(주)가람소프트", "가람소프트",
    regions=(Region("서울", "강남구"),),
)  # fmt: skip
TWIN = replace(FIRST, board="wanted", board_id="2", title="Backend Developer", company="가람소프트")
OTHER = replace(FIRST, board_id="3", title="프론트엔드 개발자")


def store(database, *postings):
    with database, database.cursor() as on:
        write_postings(on, postings, NOW)


def clusters(database):
    """Return the clusters as sets of the boards' ids."""
    with database, database.cursor() as on:
        on.execute("SELECT array_agg(board_id ORDER BY board_id) FROM posting GROUP BY cluster_id ORDER BY 1")
        return [ids for (ids,) in on.fetchall()]


def id_of(database, board_id):
    with database, database.cursor() as on:
        on.execute("SELECT id FROM posting WHERE board_id = %s", (board_id,))
        return on.fetchone()[0]


def test_a_posting_is_its_own_cluster_until_a_twin_comes(database):
    store(database, FIRST, OTHER)
    assert clusters(database) == [["1"], ["3"]]
    clustering.assign(database, NOW)
    store(database, TWIN)
    assert clusters(database) == [["1"], ["2"], ["3"]]
    assert clustering.assign(database, NOW) == 1
    assert clusters(database) == [["1", "2"], ["3"]]
    assert clustering.several(database)[0]["id"] == id_of(database, "1")


def test_running_again_moves_nothing(database):
    store(database, FIRST, TWIN, OTHER)
    assert clustering.assign(database, NOW) == 3
    assert clustering.assign(database, NOW) == 0
    store(database, FIRST, TWIN, OTHER)  # the next crawl saw them as they were
    assert clustering.assign(database, NOW) == 0
    assert clustering.assign(database, NOW, everything=True) == 0


def test_a_posting_that_changes_leaves_and_comes_back(database):
    store(database, FIRST, TWIN)
    clustering.assign(database, NOW)
    store(database, replace(FIRST, title="데이터 분석가"))
    clustering.assign(database, NOW)
    assert clusters(database) == [["1"], ["2"]]
    store(database, FIRST)
    clustering.assign(database, NOW)
    assert clusters(database) == [["1", "2"]]


def test_one_that_stood_between_two_and_changed_lets_them_join(database):
    vague, seoul = replace(FIRST, board_id="v", regions=()), FIRST
    busan = replace(TWIN, regions=(Region("부산"),))
    store(database, vague, seoul, busan)
    clustering.assign(database, NOW)
    assert clusters(database) == [["1"], ["2"], ["v"]]
    store(database, replace(busan, title="해외영업"))
    clustering.assign(database, NOW)
    assert clusters(database) == [["1", "v"], ["2"]]


def test_merge_is_remembered(database):
    store(database, FIRST, OTHER)
    clustering.assign(database, NOW)
    clustering.merge(database, id_of(database, "1"), id_of(database, "3"), "kim", NOW)
    assert clusters(database) == [["1", "3"]]
    store(database, replace(OTHER, title="웹 퍼블리셔"))
    clustering.assign(database, NOW, everything=True)
    assert clusters(database) == [["1", "3"]]


def test_split_is_for_good(database):
    store(database, FIRST, TWIN)
    clustering.assign(database, NOW)
    clustering.split(database, id_of(database, "2"), "kim", NOW)
    store(database, replace(FIRST, board_id="4", board="jumpit"))
    clustering.assign(database, NOW, everything=True)
    assert clusters(database) == [["1", "4"], ["2"]]


def test_the_newest_word_holds(database):
    store(database, FIRST, TWIN, OTHER)
    clustering.assign(database, NOW)
    one, twin = id_of(database, "1"), id_of(database, "2")
    clustering.split(database, twin, "kim", NOW)
    clustering.merge(database, one, twin, "lee", NOW + timedelta(hours=1))
    assert clusters(database) == [["1", "2"], ["3"]]
    clustering.split(database, one, "kim", NOW + timedelta(hours=2))
    assert clusters(database) == [["1"], ["2"], ["3"]]


def test_words_on_unknown_postings_are_refused(database):
    store(database, FIRST)
    one = id_of(database, "1")
    with pytest.raises(DataError, match="no posting 99"):
        clustering.merge(database, one, 99, "kim", NOW)
    with pytest.raises(DataError, match="no posting 9999999999999999999999"):
        clustering.split(database, 9999999999999999999999, "kim", NOW)
    with pytest.raises(DataError, match="itself"):
        clustering.merge(database, one, one, "kim", NOW)
    with pytest.raises(DataError, match="alone"):
        clustering.split(database, one, "kim", NOW)


TITLES = ["백엔드 개발자", "백엔드 개발자 (Java)", "[서울] 백엔드 개발자", "백엔드 개발자 신입", "해외영업"]
PLACES = [(), (Region("서울"),), (Region("부산"),)]
batches = st.lists(
    st.lists(
        st.tuples(st.sampled_from("123456"), st.sampled_from(TITLES), st.sampled_from(PLACES)),
        max_size=4, unique_by=lambda words: words[0],
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches)
def test_crawl_by_crawl_comes_to_what_one_look_at_everything_finds(database, crawls):
    with database, database.cursor() as on:
        on.execute("DELETE FROM posting")
    for crawl in crawls:
        store(database, *(replace(FIRST, board_id=key, title=title, regions=place) for key, title, place in crawl))
        clustering.assign(database, NOW)
    step_by_step = clusters(database)
    clustering.assign(database, NOW, everything=True)
    assert clusters(database) == step_by_step


def run(*words):
    with pytest.raises(SystemExit) as ended:
        cmdline.execute(["scrapy", "clusters", *words])
    return ended.value.code


def test_the_command_lists_merges_and_splits(database, capsys):
    store(database, FIRST, TWIN, OTHER)
    assert run("--again", "--json") == 0
    ((found,), ids) = json.loads(capsys.readouterr().out), [id_of(database, key) for key in "123"]
    assert [posting["id"] for posting in found["postings"]] == ids[:2]
    assert found["postings"][0]["url"] == FIRST.url
    assert run("--merge", str(ids[0]), str(ids[2])) == 0
    assert clusters(database) == [["1", "2", "3"]]
    assert run("--split", str(ids[2])) == 0
    assert clusters(database) == [["1", "2"], ["3"]]


def test_the_command_refuses_in_one_line(database, capsys):
    assert run("--split", "7") == 3
    assert capsys.readouterr().err == "error: there is no posting 7; `scrapy clusters` lists ids\n"


def test_the_table_takes_hostile_titles():
    words = {"id": 1, "board": "wanted", "company": "[/red]", "title": "[bold] [/]", "url": "https://…", "open": True}
    assert table_of([{"id": 1, "postings": [words]}]).row_count == 1
