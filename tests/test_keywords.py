import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobdb.errors import SettingError
from jobdb.tracks import Track, courses
from jobspider.keywords import EXCLUDED, NO_KEYWORD, Match, Matcher, fold
from jobspider.normalise.text import clean

TRACKS = tuple(courses().tracks.values())
CONFIGURED = Matcher(TRACKS)


def track(*include: str, exclude: tuple[str, ...] = (), key: str = "one") -> Track:
    return Track(key, key, include, exclude, {"any": 1})


def finds(keyword: str, title: str) -> bool:
    return Matcher([track(keyword)]).wanted(title)


IN = [
    ("UI", "UI/UX디자인"),
    ("UI", "[UI] 기획"),
    ("UI", "웹UI개발"),
    ("UI", "ＵＩ 디자이너"),
    ("UX", "ui·ux"),
    ("R 분석", "R 분석 담당"),
    ("R 분석", "통계(R분석)"),
    ("Java*", "JavaScript 개발자"),
    ("Java*", "JAVA/Spring"),
    ("Java*", "자바java개발"),
    ("데이터 분석", "빅데이터분석 담당"),
    ("데이터 분석", "데이터  분석가"),
    ("데이터 분석", "데\u200b이터 분석"),
    ("AI 엔지니어", "AI엔지니어"),
    ("AI 엔지니어", "생성형 ai 엔지니어"),
    ("Data Engineer", "Senior DATA   Engineer"),
    ("Data Engineer", "데이터엔지니어(Data\u00a0Engineer)"),
    ("인공지능", "인공 지능 개발"),
    ("인공지능", "인공 지능형 서비스"),
    ("인공지능", "[인공 지능] 개발"),
    ("빅데이터", "빅 데이터"),
    ("국비", "국 비 교육"),
    ("DB관리", "DB 관리 담당"),
    ("CI/CD", "CI / CD 구축"),
    ("Front-End", "Front\u2010End 개발"),
    ("Front-End", "Front\u2013End"),
    ("Front-End", "프론트엔드(FRONT\uff0dEND)"),
    ("Node.js", "Node.js/Vue.js"),
    ("웹 기획", "웹기획자"),
    ("C++ 개발", "C++개발"),
    (
        "인공지능",
        "\u110b\u1175\u11ab\u1100\u1169\u11bc\u110c\u1175\u1102\u1173\u11bc",
    ),  # decomposed, as macOS writes it
]
NOT_IN = [
    ("UI", "BUILD"),
    ("UI", "Guide"),
    ("UI", "UI2"),
    ("UI", "U I"),
    ("R 분석", "HR 분석"),
    ("R 분석", "PR분석"),
    ("PM", "APM"),
    ("APM", "PM"),
    ("Java", "JavaScript"),
    ("Java*", "XJava"),
    ("AI 엔지니어", "XAI 엔지니어"),
    ("Data Engineer", "DataEngineer"),
    ("Data Engineer", "Data Engineering"),
    ("SQL", "NoSQL"),
    ("SQL", "S QL"),
    ("Node.js", "Node.jsx"),
    ("석사", "분석 사원"),
    ("국비", "한국 비즈니스"),
    ("기계", "장기 계약직"),
    ("행정", "진행 정규직"),
    ("교육생", "교육 생산직"),
    ("국비", "한국 비 관리"),
    ("기계약", "장기 계약직"),
    ("건설", "[건] 설비 담당"),
    ("데이터 분석가", "데이터 분석 가능자"),
    ("Vitamin C", "VitaminC"),
]


@pytest.mark.parametrize(("keyword", "title"), IN)
def test_keyword_is_found(keyword: str, title: str) -> None:
    assert finds(keyword, title)


@pytest.mark.parametrize(("keyword", "title"), NOT_IN)
def test_keyword_is_not_found(keyword: str, title: str) -> None:
    assert not finds(keyword, title)


TITLES = [
    ("데이터 분석가 채용", {"bigdata": ("데이터 분석가", "데이터 분석")}),
    ("머신러닝 엔지니어 (SQL)", {"bigdata": ("머신러닝", "SQL")}),
    ("백엔드 개발자 (Java/Spring)", {"fullstack": ("백엔드", "Java*")}),
    ("[신입] 웹 서비스 기획자", {"fullstack": ("웹 서비스",), "pm": ("서비스 기획",)}),
    ("AI 서비스기획 담당", {"pm": ("서비스 기획",)}),
    ("Full Stack Developer", {"fullstack": ("Full Stack Developer",)}),
    ("인공지능 엔지니어 / 웹 개발자", {"bigdata": ("인공지능 엔지니어", "인공지능"), "fullstack": ("웹 개발자",)}),
]


@pytest.mark.parametrize(("title", "tracks"), TITLES)
def test_titles_go_to_tracks(title: str, tracks: dict[str, tuple[str, ...]]) -> None:
    assert CONFIGURED.match(title, "가온소프트") == Match(tracks)


@pytest.mark.parametrize(
    ("title", "company", "reason"),
    [
        ("매장 관리 사원", "가온유통", NO_KEYWORD),
        ("연구 보조", "가온유통", NO_KEYWORD),
        ("데이터 분석 (석사 이상)", "가온소프트", EXCLUDED),
        ("데이터 분석가", "가온제약", EXCLUDED),
        ("데이터 분석가", "SeSAC 강남", EXCLUDED),
        ("UI 프론트엔드", "가온소프트", EXCLUDED),
        ("", "", NO_KEYWORD),
        ("데이터 분석", "분석 사원", None),
        ("백엔드 교육 생산직", "한국 비즈니스", None),
    ],
)
def test_reason(title: str, company: str, reason: str | None) -> None:
    match = CONFIGURED.match(title, company)
    assert match.reason == reason
    assert bool(match.tracks) == (reason is None) == CONFIGURED.wanted(title, company)


def test_include_words_do_not_count_in_the_company() -> None:
    assert CONFIGURED.match("매장 관리", "데이터 분석 연구소").reason == NO_KEYWORD


def test_an_exclusion_is_its_own_tracks_alone() -> None:
    one, other = track("웹", exclude=("외주",)), track("웹", key="other")
    assert Matcher([one, other]).match("웹 외주") == Match({"other": ("웹",)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("웹 서비스 기획자 (UI/UX, 연구소)", ("웹 서비스", "UX", "UI", "서비스 기획", "연구")),
        ("가온제약", ("제약",)),
        ("마케터", ("마케터",)),
        ("매장 관리", ()),
        ("", ()),
    ],
)
def test_words_in_names_including_and_excluding_words_once(text: str, words: tuple[str, ...]) -> None:
    assert sorted(CONFIGURED.words_in(text)) == sorted(words)


def test_words_in_keeps_the_order_of_the_configuration() -> None:
    matcher = Matcher([track("웹", "서버", exclude=("외주",)), track("앱", "웹", key="other")])
    assert matcher.words_in("외주 앱 서버 웹") == ("웹", "서버", "외주", "앱")


@pytest.mark.parametrize("entry", TRACKS, ids=lambda entry: entry.key)
def test_every_configured_keyword_finds_itself(entry: Track) -> None:
    for word in entry.include:
        alone = Track(entry.key, entry.label, entry.include, (), entry.quota)
        assert word in Matcher([alone]).match(word.removesuffix("*")).tracks[entry.key]
    for word in entry.exclude:
        assert finds(word, f"[{word}]")


@pytest.mark.parametrize("word", ["*", " ", "\u200b", "\u200b*"])
def test_a_keyword_without_letters_is_refused(word: str) -> None:
    with pytest.raises(SettingError, match="has no letter"):
        Matcher([track(word)])


# A slow, plain matcher for comparison: walk over the title from every position, letter by letter.


def plainly_finds(keyword: str, title: str) -> bool:
    prefix = keyword.strip().endswith("*")
    words = fold(keyword.strip().removesuffix("*")).split()
    text = fold(title)
    letters = [(letter, not at and nth > 0) for nth, word in enumerate(words) for at, letter in enumerate(word)]
    return any(stands_at(letters, text, start, prefix) for start in range(len(text)))


def stands_at(letters: list[tuple[str, bool]], text: str, start: int, prefix: bool) -> bool:
    gaps, place = [], start
    for index, (letter, _) in enumerate(letters):
        blanks = 0
        while index and place < len(text) and text[place].isspace():
            place, blanks = place + 1, blanks + 1
        if text[place : place + 1] != letter:
            return False
        gaps.append(blanks > 0)
        place += 1
    if latin(letters[0][0]) and latin(text[start - 1] if start else ""):
        return False
    if not prefix and latin(letters[-1][0]) and latin(text[place : place + 1]):
        return False
    pairs = [(letters[i - 1][0], letters[i][0], letters[i][1], gaps[i]) for i in range(1, len(letters))]
    if any(latin(before) and latin(after) and blank != gap for before, after, blank, gap in pairs):
        return False
    if not any(gap and not blank for _, _, blank, gap in pairs):
        return True
    begins = start == 0 or not wordy(text[start - 1])
    ends = not wordy(text[place : place + 1])
    by_blank = latin(pairs[-1][0]) and latin(pairs[-1][1])
    return begins and (not gaps[-1] or ends or by_blank)


def latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def wordy(letter: str) -> bool:
    return bool(re.fullmatch(r"\w", letter))


LETTERS = "가나다 AbC1-/."
KEYWORDS = st.text(LETTERS, min_size=1, max_size=6).filter(lambda word: word.strip())
AROUND = st.sampled_from(["", "", " ", "  ", "가", "다 ", " 나", "A", "b ", "1", "-", "/", "["])


@st.composite
def keywords_and_title(draw: st.DrawFn) -> tuple[list[str], str]:
    """Draw keywords, and a title in which some stand with blanks lost, gained and neighbours glued to them."""
    words = draw(st.lists(KEYWORDS, min_size=1, max_size=4, unique=True))
    title = draw(AROUND)
    for word in draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)):
        kept = [letter for letter in word if letter != " " or draw(st.booleans())]
        title += "".join(letter + draw(st.sampled_from(["", "", "", " "])) for letter in kept) + draw(AROUND)
    return words, title


@settings(max_examples=400)
@given(keywords_and_title())
def test_the_automaton_agrees_with_the_plain_matcher(drawn: tuple[list[str], str]) -> None:
    words, title = drawn
    found = Matcher([track(*words)]).match(title).tracks.get("one", ())
    assert list(found) == [word for word in words if plainly_finds(word, title)]


@given(st.text())
def test_any_text_is_matched_without_an_error(text: str) -> None:
    assert CONFIGURED.match(text, text).reason in {None, NO_KEYWORD, EXCLUDED}


@given(st.sampled_from([*IN, *NOT_IN]), st.text(LETTERS, max_size=8))
def test_the_plain_matcher_agrees_on_the_tables(pair: tuple[str, str], around: str) -> None:
    keyword, title = pair
    text = f"{around}{title}{around}"
    assert finds(keyword, text) == plainly_finds(keyword, text)


# What nobody sees, and halves of surrogate pairs: a board that cuts titles cuts emoji in two.
UNSEEN = [chr(code) for code in range(0x110000) if clean(chr(code)) == "" and not chr(code).isspace()]


def test_what_normalise_takes_out_of_a_title_does_not_hide_a_keyword() -> None:
    assert {"\x00", "\u200e", "\u2067", "\ud83d"} < set(UNSEEN)
    matcher = Matcher([track("백엔드")])
    assert [mark for mark in UNSEEN if not matcher.wanted(f"백{mark}엔드 개발자")] == []
