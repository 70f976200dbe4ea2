"""Several nodes on one frontier: every page once, nothing lost with a node, one row and one verdict."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from starlette.responses import PlainTextResponse

from bench._boards import served
from jobdb import clock
from jobdb.boards import BOARDS
from jobspider.addresses import Address
from jobspider.items import RawPosting
from jobspider.keyed import HIDDEN
from jobspider.memory import CrawlMemory
from jobspider.rechecks import pages_of
from jobspider.sharing import freezing
from jobspider.sharing.crawl import SharedCrawl
from jobspider.sharing.frontier import TOKEN, LeasedQueue
from jobspider.sharing.joining import join
from jobspider.sharing.memory import SharedMemory, tally_of, total
from jobspider.sharing.pace import SharedPace
from jobspider.store import CrawlStore
from sandbox.market import Market
from sandbox.server import application
from tests.nodes import NOW, SERVER, Noted, node, redis, wait_until
from tests.worlds import ROOT, scrapy

pytestmark = pytest.mark.skipif(SERVER is None, reason="no redis-server here (Debian: apt install redis-server)")

ALIVE = 60  # seconds of a lease
KEYS = {
    "SARAMIN_ACCESS_KEY": "saramin-secret", "WORK24_API_KEY": "worknet-secret", "WANTED_SOURCE": "openapi",
    "WANTED_CLIENT_ID": "wanted-secret", "WANTED_CLIENT_SECRET": "wanted-secret",
}  # fmt: skip


@pytest.fixture(scope="module")
def address():
    with redis() as address:
        yield address


@pytest.fixture
def server(address):
    server = Redis.from_url(address)
    server.flushall()
    return server


@pytest.fixture
def nodes(server):
    """Two nodes of one crawl."""
    first, second = (SharedCrawl(server, "jumpit", "crawl", name) for name in ("first", "second"))
    for crawl in (first, second):
        crawl.settle([], ALIVE, {"failures": {}})
    return first, second


def die(crawl):
    """Let a node's lease be over."""
    crawl.server.zadd(crawl.key("nodes"), {crawl.node: 0})


def spider_of(board, address="", **settings):
    kind = pages_of(board)
    settings = {"REDIS_URL": address, "KEPT_PAGES": "/nowhere", **settings}
    return kind.from_crawler(get_crawler(kind, settings))


# Requests as text -----------------------------------------------------------------------------------

WORDS = st.text() | st.integers() | st.booleans() | st.none() | st.binary()
RAW = st.builds(RawPosting, st.text(), st.text(), st.text(), conditions=st.lists(st.text()),
                extra=st.dictionaries(st.text(), st.text()))  # fmt: skip
VALUES = st.recursive(
    WORDS | RAW | st.sets(st.text()) | st.builds(Address, st.integers(), st.text(), st.text(), st.text()),
    lambda each: st.lists(each) | st.dictionaries(st.text() | st.binary(), each),
)


@given(VALUES)
def test_what_is_frozen_comes_back_as_it_was(value):
    assert freezing.thaw(json.loads(json.dumps(freezing.freeze(value)))) == value


@pytest.mark.parametrize("value", [lambda: None, object(), clock.now])
def test_a_program_is_not_frozen(value):
    with pytest.raises(TypeError, match="plain words"):
        freezing.freeze({"meta": [value]})


def test_what_belongs_to_a_node_stays_there():
    headers = {"Cookie": "session=1", "Proxy-Authorization": "Basic x", "Accept": "text/html"}
    meta = {"download_latency": 0.1, "playwright_page_methods": [object()], "depth": 2}
    request = freezing.loads(freezing.dumps(Request("https://a.example", headers=headers, meta=meta).to_dict()))
    assert (request["headers"], request["meta"]) == ({b"Accept": [b"text/html"]}, {"depth": 2})


@pytest.mark.parametrize("keys", [{"WANTED_SOURCE": "sitemap"}, {"WANTED_SOURCE": "browser"}, KEYS])
@pytest.mark.parametrize("board", BOARDS)
def test_every_board_s_requests_wait_as_words_without_keys(board, keys, server, address, database, monkeypatch):
    monkeypatch.setattr("jobspider.browser.chromium", lambda: "/usr/bin/chromium")
    spider = spider_of(board, address, **keys)
    queue = LeasedQueue(server, spider, SharedCrawl(server, board, "crawl", "node"))
    card = RawPosting(board, "7", "https://www.work24.go.kr/a?wantedAuthNo=7", title="백엔드 개발자")
    asked = [spider._listing(spider.list_request(walk), 1, {"7"}) for walk in spider.walks()] + [spider._open(card)]
    asked += spider.rechecks([Address(1, board, "7", card.url)])
    assert all(queue.push(request) for request in asked)
    waiting = b"".join(server.hvals(queue.crawl.key("requests"))).decode()
    assert not any(secret in waiting for secret in KEYS.values() if secret.endswith("secret"))
    assert HIDDEN not in waiting
    popped = [queue.pop() for _ in asked]
    assert [(it.url, it.callback, it.errback, it.cb_kwargs) for it in popped] == [
        (it.url, it.callback, it.errback, it.cb_kwargs) for it in asked
    ]


# The frontier ---------------------------------------------------------------------------------------


def test_a_request_is_asked_once_in_a_crawl(nodes):
    first, second = nodes
    assert [first.push("a", "1", 0), second.push("a", "2", 0)] == [True, False]
    assert second.pop() == ("a", b"1")
    second.settle(["a"], ALIVE, {})
    assert first.push("a", "1", 0) is False
    assert first.is_done()


def test_the_urgent_come_first_and_the_others_in_their_order(nodes):
    first, second = nodes
    for token, priority in (("a", 0), ("b", 0), ("c", 5)):
        first.push(token, token, priority)
    assert [second.pop()[0] for _ in "abc"] == ["c", "a", "b"]


def test_what_a_dead_node_held_waits_again_and_what_it_settled_does_not(nodes):
    first, second = nodes
    for token in "abc":
        first.push(token, token, 0)
    assert {first.pop()[0] for _ in "abc"} == set("abc")
    first.settle(["b"], ALIVE, {})
    die(first)
    assert second.pop() is None
    assert second.settle([], ALIVE, {}) == 2
    assert {second.pop()[0], second.pop()[0]} == {"a", "c"}


def test_a_node_that_was_taken_for_dead_does_not_settle_another_s_work(nodes):
    first, second = nodes
    first.push("a", "1", 0)
    first.pop()
    die(first)
    second.settle([], ALIVE, {})
    second.pop()
    first.settle(["a"], ALIVE, {})
    assert first.come_back("a", "1", 0) is False
    assert not first.is_done(), "it is the second node's now"
    second.settle(["a"], ALIVE, {})
    assert first.is_done()


def test_a_request_that_comes_back_waits_as_it_has_become(nodes, database, address):
    queue, other = (LeasedQueue(crawl.server, spider_of("jumpit"), crawl) for crawl in nodes)
    queue.push(Request("https://jumpit.saramin.co.kr/a"))
    request = queue.pop()
    assert queue.push(request.replace(url="https://jumpit.saramin.co.kr/b", dont_filter=True))
    assert queue.held == {}
    again = other.pop()
    assert (again.url, again.meta[TOKEN]) == ("https://jumpit.saramin.co.kr/b", request.meta[TOKEN])


def test_the_first_to_find_nothing_left_sums_up_and_the_others_do_not(nodes):
    assert [crawl.leave() for crawl in nodes] == [True, False]


def test_a_node_that_leaves_work_behind_leaves_it_to_the_others(nodes):
    first, second = nodes
    for token in "ab":
        first.push(token, token, 0)
    first.pop()
    assert first.leave() is False
    assert {second.pop()[0], second.pop()[0]} == {"a", "b"}
    assert second.leave() is True, "nobody is left to do it"


def test_a_duty_falls_to_one_node_and_keeps_the_crawl_open_until_it_is_done(nodes):
    first, second = nodes
    assert [first.claim("unlisted"), second.claim("unlisted")] == [True, False]
    assert second.leave() is False
    first.settle([], ALIVE, {})
    assert first.is_done()
    assert first.leave() is True


# What a crawl remembers -----------------------------------------------------------------------------


def card_of(number, title="백엔드 개발자"):
    return RawPosting("jumpit", number, f"https://jumpit.saramin.co.kr/position/{number}", title=title)


@pytest.fixture
def stores(nodes):
    return [CrawlStore(None, "jumpit", {}, seen_on=NOW.date(), memory=SharedMemory(crawl)) for crawl in nodes]


def test_a_card_that_another_node_has_met_is_listed_twice(stores):
    for store in stores:
        store.look_up(f"page of {id(store)}", [card_of("1")])
    assert [store.meet(card_of("1")) for store in stores] == [False, True]
    assert stores[1].dropped == {"listed twice": 1}


def test_the_page_of_a_dead_node_meets_its_cards_for_the_first_time_again(stores):
    for store in stores:
        store.look_up("the page", [card_of("1")])
    assert [store.meet(card_of("1")) for store in stores] == [False, False]


def test_a_dead_node_s_page_is_read_again_by_a_node_that_took_its_cards_for_another_s(stores):
    first, second = stores
    first.look_up("the page", [card_of("1"), card_of("2")])
    second.look_up("another page", [card_of("1"), card_of("2")])
    assert second.meet(card_of("1")) is True
    second.drop("2", "closed")
    second.look_up("the page", [card_of("1"), card_of("2")])
    assert second.meet(card_of("1")) is False
    assert second.meet(card_of("2")) is True, "it has been opened and settled meanwhile"


@pytest.mark.parametrize(("then", "now"), [(True, False), (False, True)])
def test_what_was_known_is_told_by_whoever_met_it_first(stores, then, now):
    known = {"1": card_of("1").card_hash(NOW.date())}
    for store, is_known in zip(stores, (then, now), strict=True):
        store.known = dict(known) if is_known else {}
        store.look_up("the page", [card_of("1")])
    assert [store.knows(card_of("1")) for store in stores] == [then, then]


def test_a_node_settles_a_card_that_another_has_met(stores):
    first, second = stores
    first.look_up("the page", [card_of("1")])
    second.drop("1", "closed")
    assert (second.met["1"].outcome, second.met["1"].title) == ("closed", "백엔드 개발자")
    assert second.settled == ["1"]


@pytest.mark.parametrize("shared", [False, True])
def test_memories_of_one_node_and_of_several_say_the_same(nodes, shared):
    first, second = [SharedMemory(crawl) for crawl in nodes] if shared else [CrawlMemory()] * 2
    assert [first.first_like(("가온", "웹"), "1"), second.first_like(("가온", "웹"), "2")] == ["1", "1"]
    assert [first.turn(), second.turn(), first.turn()] == [1, 2, 3]


def test_counts_are_summed_over_all_nodes_the_dead_ones_too(stores):
    first, second = stores
    for store in stores:
        store.drop("1", "closed")
        store.count_failure("list: http 500")
        store.unknown = {"career": {"무관": 1}}
        store.listed, store.source = 10, "browser"
    second.source = "sitemap"
    first.memory.crawl.settle([], ALIVE, tally_of(first, 5))
    die(first.memory.crawl)
    second.memory.crawl.settle([], ALIVE, tally_of(second, 7))
    second.memory.sums_up = True
    assert first.memory.sum_up(first, 5) is None
    assert second.memory.sum_up(second, 7) == 12
    assert (second.listed, second.dropped, second.failures) == (20, {"closed": 2}, {"list: http 500": 2})
    assert second.unknown == {"career": {"무관": 2}}
    total(first, second.memory.crawl.tallies())
    assert first.source == "sitemap", "what one node fell back on"


def test_nobody_asks_for_the_unlisted_where_a_page_could_not_be_read(stores):
    first, second = stores
    first.count_failure("list: http 500")
    first.memory.crawl.settle([], ALIVE, tally_of(first, 1))
    second.memory.crawl.settle([], ALIVE, tally_of(second, 1))
    assert second.memory.may_ask_for_the_unlisted() is False


def test_all_nodes_of_a_host_draw_their_turns_from_one_row(server, address):
    first, second = (SharedPace(get_crawler(settings_dict={"REDIS_URL": address})) for _ in "12")
    drawn = [pace.draw("a.example", 1_000) for pace in (first, second, first)]
    assert [round(wait, -2) for wait in drawn] == [0, 1_000, 2_000]
    assert round(first.draw("b.example", 1_000), -2) == 0
    second.rest("b.example", 5_000)
    assert round(first.draw("b.example", 1_000), -2) == 5_000


@pytest.mark.parametrize(("asked_for", "left_alone"), [("100", 100), ("100000", 0), (None, 0)])
def test_a_pause_that_a_board_asks_for_is_every_node_s(server, address, asked_for, left_alone):
    settings = {"REDIS_URL": address, "TROUBLE_LONGEST_WAIT": 300}  # longer: HostGuard gives the host up
    first, second = (SharedPace(get_crawler(settings_dict=settings)) for _ in "12")
    headers = {"Retry-After": asked_for} if asked_for else {}
    url = "https://a.example/page"
    first.process_response(Request(url), Response(url, status=429, headers=headers))
    assert round(second.draw("a.example", 1), -1) == left_alone


# Joining --------------------------------------------------------------------------------------------


def joined(server, address, run_id="", keywords=None):
    spider = spider_of("jumpit", address)
    spider.store.rules = keywords or spider.store.rules
    crawl, refusal = join(spider, server, run_id, ALIVE)
    return spider, crawl, refusal


def rows(database):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crawl")
        return cursor.fetchone()[0]


def test_the_second_node_takes_the_first_one_s_crawl_as_its_own(database, server, address, monkeypatch):
    with database, database.cursor() as cursor:  # a board's first crawl goes deep anyway
        cursor.execute("INSERT INTO sighting VALUES ('jumpit', '1', '', '', '', 'stored', now(), now())")
    first, opened, _ = joined(server, address)
    monkeypatch.setenv("JOB_CLOCK", (first.started_at + timedelta(hours=2)).isoformat())
    second, crawl, refusal = joined(server, address)
    assert (crawl.name, refusal, rows(database)) == (opened.name, "", 1)
    assert (second.started_at, second.store.seen_on) == (first.started_at, first.started_at.date())
    assert second.store.crawl_id == first.store.crawl_id
    assert second.store.deep is first.store.deep is False, (
        "an unfinished row of the same crawl is no crawl that broke off"
    )


def test_a_node_that_would_crawl_otherwise_is_refused(database, server, address):
    joined(server, address)
    assert joined(server, address, keywords="others")[2].startswith("this node's keywords differ")


@pytest.mark.parametrize(
    ("run_id", "verdict", "again", "joins"),
    [
        ("run 1", "ok", "run 1", True),  # over: a node that comes too late finds nothing to do
        ("run 1", "suspect", "run 1", True),
        ("run 1", "failed", "run 1", False),  # tried again
        ("run 1", "ok", "run 2", False),
        ("", "ok", "", False),
    ],
)
def test_a_crawl_that_is_over_is_not_joined_but_by_its_own_run(
    database, server, address, run_id, verdict, again, joins
):
    _, crawl, _ = joined(server, address, run_id)
    crawl.leave()
    crawl.conclude(verdict)
    _, found, _ = joined(server, address, again)
    assert (found.name == crawl.name) is joins
    assert (found.verdict() is not None) is joins


@pytest.mark.parametrize(("again", "takes_up"), [("run 1", True), ("run 2", False)])
def test_a_crawl_whose_nodes_have_all_died_is_taken_up_by_its_own_run_alone(database, server, address, again, takes_up):
    _, crawl, _ = joined(server, address, "run 1")
    die(crawl)
    crawl.push("a", "1", 0)
    _, found, _ = joined(server, address, again)
    assert (found.pop() == ("a", b"1")) is takes_up


def test_without_redis_its_library_is_not_even_loaded():
    program = """
import sys
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
import jobspider.pipelines, jobspider.report
loader = SpiderLoader.from_settings(get_project_settings())
assert [loader.load(name) for name in loader.list()]
assert not {"redis", "scrapy_redis"} & sys.modules.keys()
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://127.0.0.1:9/0", "REDIS_URL: 127.0.0.1 does not answer"),
        ("redis://:password@redis.example:6379/0", "REDIS_URL: redis://redis.example is not encrypted"),
        ("nonsense", "REDIS_URL: "),
    ],
)
def test_a_redis_that_cannot_be_used_is_said_in_a_line(database, url, said):
    done = scrapy("http://127.0.0.1:9", "crawl", "jumpit", REDIS_URL=url, JOBSPIDER_LOG_LEVEL="ERROR")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith(f"error: {said}")
    assert "password" not in done.stderr


# Whole crawls ---------------------------------------------------------------------------------------

SIZE = 400


def outcomes(database):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT board_id, outcome FROM sighting")
        seen = dict(cursor.fetchall())
        cursor.execute("SELECT board_id, title, company, deadline_at, body <> '' FROM posting")
        return seen, sorted(cursor.fetchall())


def crawls(database):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT listed, stored, verdict FROM crawl WHERE finished_at IS NOT NULL")
        return cursor.fetchall()


def alone(board, database, latency=0.0):
    """What one node finds, and which pages it asks for; the database is empty again."""
    boards = Noted(application(Market(7, NOW, SIZE)), latency)
    with served(boards) as sandbox:
        assert node(board, sandbox, "").wait(60) == 0
    found = outcomes(database), crawls(database)
    with database, database.cursor() as cursor:
        cursor.execute("TRUNCATE crawl, posting, sighting RESTART IDENTITY CASCADE")
    return found, boards.pages()


def two_nodes(board, boards, sandbox, server, address):
    """Two nodes that have joined one crawl before either has an answer."""
    with boards.closed_until_joined(server, board, 2):
        return [node(board, sandbox, address) for _ in "12"]


def ended(started):
    return [each.communicate(timeout=60)[0] for each in started]


@pytest.mark.parametrize("board", ["jumpit", "incruit"])
def test_two_nodes_find_what_one_finds_and_ask_for_no_page_twice(database, server, address, board):
    found, pages = alone(board, database)
    boards = Noted(application(Market(7, NOW, SIZE)), latency=0.02)
    with served(boards) as sandbox:
        said = ended(two_nodes(board, boards, sandbox, server, address))
    assert outcomes(database) == found[0]
    assert crawls(database) == found[1]
    assert boards.pages() == pages
    assert set(boards.pages().values()) == {1}
    assert sum("; ok" in line for line in said) == 1, "one verdict"
    assert sum("this node's part" in line for line in said) == 1


def test_what_a_killed_node_had_in_hand_is_done_by_the_other(database, server, address):
    found, pages = alone("jumpit", database)
    boards = Noted(application(Market(7, NOW, SIZE)), latency=0.05)
    with served(boards) as sandbox:
        first, second = two_nodes("jumpit", boards, sandbox, server, address)
        wait_until(lambda: len(boards.asked) > len(pages) // 2)
        first.kill()
        said = ended((first, second))
    assert outcomes(database) == found[0]
    assert boards.pages().keys() == pages.keys()
    assert said[1].rstrip().endswith("; ok")
    assert [verdict for _, _, verdict in crawls(database)] == ["ok"]


class Refusing:
    """Boards that refuse whoever calls itself banned."""

    def __init__(self, boards):
        self.boards = boards

    async def __call__(self, scope, receive, send):
        banned = b"banned" in dict(scope["headers"]).get(b"user-agent", b"")
        answer = PlainTextResponse("no", 403) if banned and not scope["path"].endswith("robots.txt") else self.boards
        await answer(scope, receive, send)


def test_a_node_that_the_board_refuses_leaves_the_crawl_to_the_other(database, server, address):
    boards = Noted(Refusing(application(Market(7, NOW, SIZE))), latency=0.05)
    politely = ("-s", "CONCURRENT_REQUESTS=1")  # as on live boards
    with served(boards) as sandbox:
        with boards.closed_until_joined(server, "jumpit", 2):
            welcome = node("jumpit", sandbox, address, *politely)
            banned = node("jumpit", sandbox, address, *politely, JOBSPIDER_CONTACT="banned@example.com")
        said = ended((welcome, banned))
    assert "this node left: the board refuses this node: http 403" in said[1]
    with database, database.cursor() as cursor:
        cursor.execute("SELECT failures FROM crawl")
        ((failures,),) = cursor.fetchall()
    assert 1 <= sum(failures.values()) <= 2, "what it had in hand; the rest is the other's"
    assert "stored 0" not in said[0]


def test_a_node_that_comes_when_the_crawl_is_over_asks_for_nothing(database, server, address):
    boards = Noted(application(Market(7, NOW, SIZE)))
    with served(boards) as sandbox:
        for _ in "12":
            assert node("jumpit", sandbox, address, JOB_RUN_ID="run 1").wait(60) == 0
    assert set(boards.pages().values()) == {1}
    assert rows(database) == 1


def test_a_node_that_is_told_to_stop_leaves_its_work_to_the_other(database, server, address):
    found, pages = alone("jumpit", database)
    boards = Noted(application(Market(7, NOW, SIZE)), latency=0.05)
    with served(boards) as sandbox:
        first, second = two_nodes("jumpit", boards, sandbox, server, address)
        wait_until(lambda: boards.robots() == 2 and len(boards.asked) > len(pages) // 3)
        first.terminate()
        said = ended((first, second))
    assert outcomes(database) == found[0]
    assert boards.pages() == pages, "what it had begun it finished"
    assert "this node left: shutdown" in said[0]
    assert said[1].rstrip().endswith("; ok")
