"""고용24's parsers over every real page that was saved, and the pages replayed."""

from collections import Counter
from datetime import date, datetime

import pytest
from scrapy.http import HtmlResponse, Request

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, Employment, PostingState, Region
from jobspider.base import UnreadablePage
from jobspider.middlewares import cause_of
from jobspider.normalise import normalise
from jobspider.spiders.worknet import WorknetSpider
from jobspider.worknet.addresses import address
from sandbox.boards import worknet
from sandbox.replay import Replay
from tests.boards import fill
from tests.loopback import answer, application, walk

SAVED = fill.SAVED / "worknet"
LIST, PAGE, MISSING = (SAVED / f"{name}_2026-03-18.html" for name in ("list", "detail", "missing"))
SEEN = datetime(2026, 3, 18, 12, tzinfo=KST)
NOW = datetime(2024, 12, 14, 9, tzinfo=KST)  # of a replay
SPIDER = WorknetSpider()
WALK = {"occupation": "024", "name": "소프트웨어"}
FIRST = "Dd04022603180062"

pytestmark = pytest.mark.skipif(not LIST.exists(), reason=f"{SAVED} is not here: real pages are read where they are")


def response(path, url):
    return HtmlResponse(url, body=path.read_bytes(), encoding="utf-8", request=Request(url))


@pytest.fixture(scope="module")
def cards():
    return SPIDER.parse_list(response(LIST, SPIDER.list_request(WALK).url))


def test_every_row_of_the_real_list_is_whole(cards):
    everywhere = (
        "board", "board_id", "url", "title", "company", "conditions", "deadline", "posted", "region", "pay", "extra",
    )  # fmt: skip
    assert fill.filled(cards) == Counter(dict.fromkeys(everywhere, 10)), fill.table(cards)
    assert len({card.board_id for card in cards}) == 10
    assert {card.extra["infoTypeCd"] for card in cards} == {"VALIDATION"}
    assert {card.extra["정보제공처"] for card in cards} == {"고용24"}
    assert [card.url for card in cards] == [address(card.board_id, "VALIDATION") for card in cards]
    assert not any(card.title.endswith("...") for card in cards), "the title of the link is cut"


def test_every_row_of_the_real_list_has_a_meaning(cards):
    postings = [normalise(card, SEEN) for card in cards]
    assert [posting.unknown for posting in postings] == [()] * 10
    assert Counter(posting.deadline.kind for posting in postings) == {
        DeadlineKind.DATED: 5,
        DeadlineKind.UNTIL_FILLED: 5,
    }
    assert Counter(posting.career.kind for posting in postings) == {CareerKind.ANY: 8, CareerKind.EXPERIENCED: 2}
    assert {posting.education for posting in postings} == {Education.ANY, Education.HIGH_SCHOOL, Education.COLLEGE}
    assert all(posting.regions and posting.posted_on == date(2026, 3, 18) for posting in postings)
    (escaped_twice,) = [posting.title for posting in postings if "신광" in posting.title]
    assert "M&P" in escaped_twice


def test_the_real_list_goes_on(cards):
    more = SPIDER.next_page(response(LIST, SPIDER.list_request(WALK).url)).url
    assert "pageIndex=2&currentPageNo=2" in more


def test_the_real_page():
    raw = SPIDER.parse_posting(response(PAGE, address(FIRST, "VALIDATION")))
    everywhere = (
        "board", "board_id", "url", "title", "company", "deadline", "posted", "career", "education", "employment",
        "region", "pay", "body", "extra",
    )  # fmt: skip
    assert fill.filled([raw]) == Counter(dict.fromkeys(everywhere, 1)), fill.table([raw])
    posting = normalise(raw, SEEN)
    assert posting.unknown == ()
    assert posting.deadline == Deadline(DeadlineKind.DATED, datetime(2026, 4, 1, 23, 59, 59, tzinfo=KST))
    assert (posting.career, posting.education) == (Career(CareerKind.ANY), Education.ANY)
    assert (posting.employment, posting.regions) == ((Employment.CONTRACT,), (Region("전북", "군산시"),))
    assert posting.body.startswith("[장애인만 채용]")
    assert "열람 시 주의사항" not in posting.body


def test_the_state_of_the_real_pages():
    assert SPIDER.posting_state(response(PAGE, address(FIRST, "VALIDATION"))) is PostingState.OPEN
    assert SPIDER.posting_state(response(PAGE, address("K000000000000000", "VALIDATION"))) is PostingState.UNKNOWN
    assert SPIDER.posting_state(response(MISSING, address("FAKE000000000000", "VALIDATION"))) is PostingState.CLOSED
    assert SPIDER.posting_state(response(LIST, address(FIRST, "VALIDATION"))) is PostingState.UNKNOWN


def test_pages_are_not_taken_for_one_another():
    for path, url in [(PAGE, SPIDER.list_request(WALK).url), (MISSING, SPIDER.list_request(WALK).url)]:
        with pytest.raises(UnreadablePage):
            SPIDER.parse_list(response(path, url))
    for path in (LIST, MISSING):
        with pytest.raises(UnreadablePage):
            SPIDER.parse_posting(response(path, address(FIRST, "VALIDATION")))


@pytest.mark.parametrize("path", [LIST, PAGE, MISSING], ids=lambda path: path.stem)
def test_no_real_page_is_taken_for_trouble(path):
    assert cause_of(response(path, SPIDER.list_request(WALK).url)) is None


def test_real_pages_are_replayed_as_they_were(cards):
    app = application(worknet, Replay(fill.SAVED, NOW))
    assert answer(app, SPIDER.list_request(WALK)).body == LIST.read_bytes()
    assert list(walk(app, SPIDER, SPIDER.list_request(WALK))) == cards
    assert answer(app, SPIDER.posting_request(FIRST, cards[0].url)).body == PAGE.read_bytes()
    missing = answer(app, SPIDER.posting_request("", address("FAKE000000000000", "VALIDATION")))
    assert missing.body == MISSING.read_bytes()


def test_the_rows_whose_pages_were_not_saved_say_the_same_on_a_page_of_the_boards_format(cards):
    app = application(worknet, Replay(fill.SAVED, NOW))
    for card in cards[1:]:
        raw = SPIDER.parse_posting(answer(app, SPIDER.posting_request(card.board_id, card.url)))
        shown, listed = normalise(raw, SEEN), normalise(card, SEEN)
        for name in ("title", "company", "deadline", "career", "education", "regions", "pay"):
            assert getattr(shown, name) == getattr(listed, name), name
