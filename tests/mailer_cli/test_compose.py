import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Career, Deadline, DeadlineKind
from mailer_cli.compose import LINK_SPARE, SIZE_LIMIT, compose
from mailer_cli.rulesettings import TrackingSettings
from mailer_cli.tokens import delivery_of
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


def crowded(many=120):
    return edition(*(posting(number, title=f"데이터 분석가 {number}번 공고") for number in range(many)))


@pytest.mark.parametrize("more", ["", "https://school.example.com/jobs"])
def test_what_the_html_has_no_room_for_is_said_and_stands_in_the_text(more):
    mail = compose(crowded(), HONG, settings(more_url=more))
    shown = mail.html.count('class="posting"')
    assert mail.common.left_out == crowded().postings[shown:]
    assert SIZE_LIMIT - 2500 < len(mail.html.encode()) + LINK_SPARE * mail.html.count("<a ") <= SIZE_LIMIT
    assert "채용공고 120건" in mail.subject + mail.html
    assert f"{120 - shown}건" in mail.html[mail.html.rindex('class="posting"') :]
    assert "더 보기" in mail.html
    assert (more in Page(mail.html).links) == bool(more)
    assert f"■ 더 보기 ({120 - shown}건)" in mail.text
    for each in crowded().postings:
        assert mail.text.count(f"{each.title}\n") == mail.text.count(f"{each.url}\n") == 1
        assert (f"{each.title}<" in mail.html) == (each not in mail.common.left_out)


def test_the_longest_name_keeps_to_the_budget():
    longest = HONG.__class__(HONG.delivery_id, "&" * 80, HONG.address)
    for many in range(50, 62):
        html = compose(crowded(many), longest, settings()).html
        assert len(html.encode()) + LINK_SPARE * html.count("<a ") <= SIZE_LIMIT


def test_a_mail_that_holds_everything_says_nothing_of_more(mail):
    assert "더 보기" not in mail.text + mail.html


def test_a_template_without_room_for_any_posting_is_refused(tmp_path):
    (tmp_path / "job_mail").symlink_to(settings().templates / "job_mail")
    (tmp_path / "bigdata").mkdir()
    block = '{% extends "job_mail/body.html" %}{% block opening %}' + "가" * 40_000 + "{% endblock %}"
    (tmp_path / "bigdata" / "body.html").write_text(block, encoding="utf-8")
    with pytest.raises(ValueError, match="without any posting the HTML is near 102400 bytes"):
        compose(edition(), HONG, settings(templates=tmp_path))


def test_a_subject_that_names_the_recipient_is_refused(tmp_path):
    (tmp_path / "job_mail").symlink_to(settings().templates / "job_mail")
    (tmp_path / "bigdata").mkdir()
    (tmp_path / "bigdata" / "subject.txt").write_text("{{ name }}님께\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"subject\.txt names the recipient"):
        compose(edition(), HONG, settings(templates=tmp_path))


def test_an_advertisement_says_so_at_the_very_beginning(mail):
    subject = compose(edition(kind="ad"), HONG, settings()).subject
    assert subject.startswith("(광고) [BIGDATA 77] ")
    assert "광고" not in mail.subject


def test_with_an_endpoint_the_logo_and_one_click_name_the_delivery_alone():
    keys = (b"k" * 32,)
    mail = compose(edition(), HONG, settings(tracking=TrackingSettings("https://track.example.com/mail", keys)))
    (logo,) = Page(mail.html).images
    opened = re.fullmatch(r"https://track\.example\.com/mail/o/([\w-]{39})\.png", logo["src"])
    clicked = re.fullmatch(r"<https://track\.example\.com/mail/u/([\w-]{39})>", mail.headers["List-Unsubscribe"])
    assert delivery_of(opened[1], "open", keys) == delivery_of(clicked[1], "unsubscribe", keys) == HONG.delivery_id
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert settings().unsubscribe_url in Page(mail.html).links
    assert not any(words in opened[0] + clicked[0] for words in ("hong", "%ED%99%8D"))


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
