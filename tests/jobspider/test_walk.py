"""The walk that all boards share, on a board of two lines: what is opened, what is not, where it stops."""

import gzip
import json

import pytest
from scrapy import Request
from scrapy.http import TextResponse
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.keptpages import KeptPages
from jobspider.keywords import Matcher
from jobspider.store import CrawlStore

HOME = "https://jumpit.saramin.co.kr/position/"


class Plain(BoardSpider):
    """Lists are {"cards": [[id, title], …], "more": bool}, postings are {"state": …, "pay": …}."""

    name = "jumpit"

    def list_request(self, walk):
        return Request("https://jumpit.saramin.co.kr/list?page=1")

    def parse_list(self, response):
        try:
            cards = json.loads(response.text)["cards"]
        except (ValueError, KeyError):
            raise UnreadablePage("no cards") from None
        return [
            RawPosting(self.name, number, HOME + number, title=title, company="가람소프트") for number, title in cards
        ]

    def next_page(self, response):
        return Request("https://jumpit.saramin.co.kr/list?page=2") if json.loads(response.text).get("more") else None

    @classmethod
    def posting_request(cls, board_id, url):
        return Request(url)

    def parse_posting(self, response):
        return RawPosting(self.name, "", "", pay=json.loads(response.text)["pay"])

    @staticmethod
    def posting_state(response):
        return PostingState(json.loads(response.text).get("state", "unknown"))


@pytest.fixture
def spider(database, tmp_path):
    spider = Plain()
    spider.kept_pages = KeptPages(tmp_path)
    spider.started_at = clock.now()
    spider.matcher = Matcher(courses().tracks.values())
    spider.store = CrawlStore.open("jumpit")
    yield spider
    spider.store.database.close()


def page(status=200, **words):
    return TextResponse("https://jumpit.saramin.co.kr/list", status=status, body=json.dumps(words).encode())


def listed(spider, cards, more=True, number=1, seen=()):
    return list(spider.on_list(page(cards=cards, more=more), number, set(seen)))


def opened(found):
    return [request.url for request in found if isinstance(request, Request)]


def test_a_wanted_title_is_opened_and_another_is_handed_on_as_it_is(spider):
    found = listed(spider, [["1", "백엔드 개발자"], ["2", "호텔 프론트"]], more=False)
    assert opened(found) == [HOME + "1"]
    assert [item.board_id for item in found if isinstance(item, RawPosting)] == ["2"]


def test_the_walk_goes_on_while_a_page_brings_something_new(spider):
    assert "https://jumpit.saramin.co.kr/list?page=2" in opened(listed(spider, [["1", "백엔드 개발자"]]))


def test_it_stops_at_a_page_that_brings_nothing_new(spider):
    spider.store.known = {"1": spider.parse_list(page(cards=[["1", "백엔드 개발자"]]))[0].card_hash()}
    assert listed(spider, [["1", "백엔드 개발자"]]) == []
    assert spider.store.dropped == {"known": 1}


@pytest.mark.parametrize(("known", "goes_on"), [("34", False), ("12", True), ("234", False), ("3", True)])
def test_it_goes_on_when_the_end_of_a_page_is_new(spider, known, goes_on):
    cards = [[number, "호텔"] for number in "1234"]
    read = spider.parse_list(page(cards=cards))
    spider.store.known = {card.board_id: card.card_hash() for card in read if card.board_id in known}
    assert opened(listed(spider, cards)) == (["https://jumpit.saramin.co.kr/list?page=2"] if goes_on else [])


def test_a_deep_crawl_goes_on(spider):
    spider.store.deep = True
    spider.store.known = {"1": spider.parse_list(page(cards=[["1", "백엔드 개발자"]]))[0].card_hash()}
    assert opened(listed(spider, [["1", "백엔드 개발자"]])) == ["https://jumpit.saramin.co.kr/list?page=2"]


def test_it_stops_at_the_page_limit(spider):
    assert opened(listed(spider, [["1", "호텔"]], number=spider.page_limit)) == []


def test_even_a_deep_crawl_ends_where_a_board_repeats_its_last_page(spider):
    spider.store.deep = True
    assert opened(listed(spider, [["1", "호텔"]], seen=["1"])) == []


def test_a_page_that_another_walk_has_shown_is_no_sign_to_stop(spider):
    listed(spider, [["1", "호텔"]])
    assert opened(listed(spider, [["1", "호텔"]])) == ["https://jumpit.saramin.co.kr/list?page=2"]


def test_a_changed_card_is_opened_again(spider):
    spider.store.known = {"1": spider.parse_list(page(cards=[["1", "백엔드 개발자"]]))[0].card_hash()}
    assert opened(listed(spider, [["1", "백엔드 개발자 (급구)"]], more=False)) == [HOME + "1"]


def test_a_card_on_two_lists_is_opened_once(spider):
    listed(spider, [["1", "백엔드 개발자"]])
    assert listed(spider, [["1", "백엔드 개발자"]], more=False) == []
    assert spider.store.dropped == {"listed twice": 1}


def test_a_list_that_cannot_be_read_is_a_failure_and_not_an_empty_day(spider):
    blocked = TextResponse("https://jumpit.saramin.co.kr/list", body="자동입력 방지".encode(), encoding="utf-8")
    assert list(spider.on_list(blocked, 1, set())) == []
    assert spider.store.failures == {"list: no cards": 1}
    (kept,) = spider.kept_pages.folder.iterdir()
    assert gzip.decompress(kept.read_bytes()).decode() == "200 https://jumpit.saramin.co.kr/list\n자동입력 방지"


def test_the_page_s_words_lie_over_the_card_s(spider):
    card = RawPosting("jumpit", "1", HOME + "1", title="백엔드 개발자", company="가람소프트", pay="협의")
    (raw,) = spider.on_posting(page(state="open", pay="4,000만원"), card)
    assert (raw.board_id, raw.title, raw.pay) == ("1", "백엔드 개발자", "4,000만원")


@pytest.mark.parametrize("answer", [page(state="closed", pay=""), page(status=404)])
def test_a_posting_that_has_closed_meanwhile_is_settled(spider, answer):
    listed(spider, [["1", "백엔드 개발자"]])
    assert list(spider.on_posting(answer, RawPosting("jumpit", "1", HOME + "1"))) == []
    assert spider.store.met["1"].outcome == "closed"


def test_a_posting_that_did_not_come_stays_new_for_the_next_crawl(spider):
    (request, *_) = listed(spider, [["1", "백엔드 개발자"]])
    failure = Failure(TimeoutError())
    failure.request = request
    spider.on_posting_failure(failure)
    spider.store.flush(clock.now())
    assert spider.store.failures == {"posting: TimeoutError": 1}
    assert CrawlStore.open("jumpit").known == {}


def test_a_posting_whose_text_page_cannot_be_read_is_kept(spider):
    def parse_body(_):
        raise UnreadablePage("no text of a posting")

    spider.parse_body = parse_body
    raw = RawPosting("jumpit", "1", HOME + "1", title="백엔드 개발자", company="가람소프트")
    assert list(spider.on_body(page(), raw)) == [raw]
    assert spider.store.failures == {"body: no text of a posting": 1}


def test_a_crawl_goes_deep_where_nothing_is_known_yet(spider):
    spider.take_stock()
    assert spider.store.deep is True
    spider.store.known = {"1": "as it was"}
    spider.take_stock()
    assert spider.store.deep is False
