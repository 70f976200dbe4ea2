import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Career, Deadline, DeadlineKind
from mailer_cli.compose import LINK_SPARE, SIZE_LIMIT, compose
from tests.mailer_cli.samples import HONG, LINKS, dated, edition, posting, settings

FEW = "최신 공고 제공으로 채용공고가 20개 미만일 수 있습니다."
REFUSED_LINKS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//www.saramin.co.kr/x",
    "https://saramin.co.kr.example.com/x",
    "https://evilsaramin.co.kr/x",
    "https://www.saramin.co.kr@example.com/x",
    "https://example.com\\@www.saramin.co.kr/x",
    "https://www.saramin.co.kr/x\r\nBcc: a@example.com",
    'https://www.saramin.co.kr/"><script>',
    "https://www.wanted.co.kr/wd/1",  # another board's
    "",
]


class Page(HTMLParser):
    """The links, tags and visible words of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.images, self.words = set(), [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]
        self.images += [dict(attrs)] if tag == "img" else []

    def handle_data(self, data):
        self.words.append(data)


def full_edition():
    boards = [
        board for board, many in (("saramin", 10), ("incruit", 5), ("wanted", 5), ("jumpit", 5)) for _ in range(many)
    ]
    return edition(*(posting(number, board) for number, board in enumerate(boards)))


@pytest.fixture(scope="module")
def mail():
    return compose(full_edition(), HONG, settings())


def test_the_subject_names_course_count_and_day(mail):
    assert mail.subject == "[BIGDATA 77] 이번 주 채용공고 25건 · 11월 24일(화)"


@pytest.mark.parametrize("part", ["text", "html"])
def test_each_part_shows_every_posting_whole(mail, part):
    shown = getattr(mail, part).replace("&amp;", "&")
    for each in full_edition().postings:
        assert all(words in shown for words in (each.title, each.company, each.url))
    assert shown.count("12월 5일(토)까지") == 25
    assert shown.count("서울 강남구 · 신입·경력") == 25
    assert all(words in shown for words in ("사람인", "인크루트", "원티드", "점핏", "홍길동님"))


@pytest.mark.parametrize("part", ["text", "html"])
def test_each_part_ends_with_survey_refusal_and_sender(mail, part):
    sender = settings()
    shown = getattr(mail, part)
    ends = (sender.survey_url, sender.unsubscribe_url, sender.school, sender.postal_address, sender.phone)
    places = [shown.rindex(words) for words in ends]
    assert min(places) > shown.rindex(full_edition().postings[-1].url.replace("&", "&amp;"))
    assert sender.reply_to in shown
    assert "수신" in shown
    assert "unsubscribe" in shown


@pytest.mark.parametrize(("many", "said"), [(1, True), (19, True), (20, False), (25, False)])
def test_fewer_than_twenty_is_said(many, said):
    mail = compose(edition(*(posting(number) for number in range(many))), HONG, settings())
    assert ((FEW in mail.text), (FEW in mail.html)) == (said, said)


def test_links_lead_to_boards_survey_and_refusal_alone(mail):
    page, sender = Page(mail.html), settings()
    assert set(page.links) == {each.url for each in full_edition().postings} | {
        sender.survey_url,
        sender.unsubscribe_url,
    }
    assert {urlsplit(link).scheme for link in page.links} == {"https"}
    assert page.images == [page.images[0] | {"src": sender.logo_url, "alt": sender.school}]


def test_nothing_is_loaded_but_the_logo(mail):
    assert not Page(mail.html).tags & {"link", "script", "iframe", "form"}
    assert not re.search(r"@import|@font-face|url\(", mail.html)
    assert "prefers-color-scheme: dark" in mail.html
    assert mail.html.count("<style") == 1


def test_a_full_mail_leaves_room_for_tracked_links(mail):
    assert len(mail.html.encode()) + LINK_SPARE * mail.html.count("<a ") <= SIZE_LIMIT / 2


def test_a_mail_over_the_budget_is_refused():
    with pytest.raises(ValueError, match="over 102400"):
        compose(edition(*(posting(number) for number in range(120))), HONG, settings())


def test_an_edition_without_postings_is_refused():
    with pytest.raises(ValueError, match="no postings"):
        compose(edition(postings=()), HONG, settings())


def test_postings_that_close_soon_come_first_and_in_that_order():
    order = [
        posting(1, title="상시로", deadline=Deadline(DeadlineKind.OPEN_ENDED)),
        posting(2, title="멀리", deadline=dated(20)),
        posting(3, title="사흘", deadline=dated(3)),
        posting(4, title="오늘", deadline=dated(0)),
    ]
    text = compose(edition(*order), HONG, settings()).text
    assert sorted(("상시로", "멀리", "사흘", "오늘"), key=lambda title: text.index(f"· {title}")) == [
        "오늘", "사흘", "멀리", "상시로",
    ]  # fmt: skip
    assert "(D-3)" in text


def test_unknown_career_and_region_leave_no_empty_line():
    mail = compose(edition(posting(career=Career(), regions=())), HONG, settings())
    assert "12월 5일(토)까지\n" in mail.text
    assert "line details" not in mail.html


def test_hostile_words_show_as_words():
    bad = '<script>alert("x")</script>\u202e\r\nBcc: a@example.com {{ 7*7 }}'
    mail = compose(
        edition(posting(title=bad, company=bad), course=bad),
        HONG.__class__(HONG.delivery_id, bad, "a@example.com"),
        settings(),
    )
    page = Page(mail.html)
    assert "script" not in page.tags
    assert '<script>alert("x")</script> Bcc: a@example.com {{ 7*7 }}' in "".join(page.words)
    assert "\u202e" not in mail.subject + mail.text + mail.html
    assert "\n" not in mail.subject


@given(st.text(), st.text())
def test_no_name_and_title_adds_a_tag_or_a_link(name, title):
    mail = compose(edition(posting(title=title)), HONG.__class__(HONG.delivery_id, name, HONG.address), settings())
    plain = compose(edition(posting(title="x")), HONG, settings())
    assert (Page(mail.html).tags, Page(mail.html).links) == (Page(plain.html).tags, Page(plain.html).links)


@pytest.mark.parametrize("url", REFUSED_LINKS)
def test_a_link_that_leaves_the_board_is_refused(url):
    with pytest.raises(ValueError, match=r"posting 7: the link does not lead to https://www\.saramin\.co\.kr"):
        posting(7, url=url)


@pytest.mark.parametrize("board", LINKS)
def test_every_boards_own_link_is_taken(board):
    assert posting(7, board).board == board


def test_a_link_to_a_board_s_partner_is_taken():
    assert posting(7, "worknet", url="https://www.jobkorea.co.kr/Recruit/GI_Read/7").board == "worknet"


def test_a_link_of_the_settings_is_http():
    with pytest.raises(ValueError, match="survey_url"):
        compose(edition(), HONG, settings(survey_url="javascript:alert(1)"))


def test_two_recipients_differ_in_name_and_headers_alone(mail):
    kim = HONG.__class__("22222222-2222-4222-8222-222222222222", "김하늘", "kim@example.com")
    other = compose(full_edition(), kim, settings())
    assert other.text == mail.text.replace("홍길동", "김하늘")
    assert other.html == mail.html.replace("홍길동", "김하늘")
    different = {name for name in mail.headers if mail.headers[name] != other.headers[name]}
    assert different == {"Message-ID", "X-Jm-Delivery"}


def test_headers_follow_the_policy(mail):
    assert mail.headers == {
        "Date": "Tue, 24 Nov 2026 17:00:00 +0900",
        "Message-ID": f"<{HONG.delivery_id}@mail.example.com>",
        "List-Id": "<job-mail.mail.example.com>",
        "List-Unsubscribe": f"<{settings().unsubscribe_url}>",
        "Feedback-ID": "12:bigdata:job-mail:mail.example.com",
        "X-Jm-Delivery": HONG.delivery_id,
    }


def test_a_track_may_override_one_file_or_one_block(tmp_path):
    shipped = settings().templates
    (tmp_path / "job_mail").symlink_to(shipped / "job_mail")
    own = tmp_path / "bigdata"
    own.mkdir()
    (own / "subject.txt").write_text("{{ course }} 데이터 공고\n", encoding="utf-8")
    block = '{% extends "job_mail/body.html" %}{% block opening %}<h1>데이터를 다루는 일</h1>{% endblock %}'
    (own / "body.html").write_text(block, encoding="utf-8")
    mail = compose(edition(), HONG, settings(templates=tmp_path))
    assert mail.subject == "BIGDATA 77 데이터 공고"
    assert "데이터를 다루는 일" in mail.html
    assert "수신거부" in mail.html
    assert "홍길동님" in mail.text
