"""Measure the keyword matcher on 100,000 made-up titles, against plain loops over all words of all tracks.

Run it with `python -m bench.keywords` at the root of the repository. All ways are timed in one run, so that the ratios
hold on any machine.
"""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence

from jobdb.tracks import Track, courses
from jobspider import keywords

Words = Mapping[str, Sequence[str]]  # track -> the words of it that are in a title
Way = Callable[[str], Words]

TITLES = 100_000
SHARE = 10  # the loops run over every tenth title
LEADS = ("", "", "[신입/경력] ", "[경력] ", "(주)가온 ", "2026년 하반기 ", "[재택] ", "(강남) ", "[대기업] ")
FIELDS = (
    "영업", "회계", "총무", "물류", "품질관리", "생산", "디자인", "해외영업", "경영지원", "고객상담", "간호",
    "요양보호", "데이터 분석", "백엔드", "프론트엔드", "AI", "서비스 기획", "웹 퍼블리셔", "Java", "SQL", "시스템",
    "네트워크",
    "UI/UX", "마케팅", "인사", "기계 설계", "연구", "정보보안", "QA", "임베디드 SW",
    "콘텐츠 기획", "Data", "Full Stack",
)  # fmt: skip
ROLES = (
    "담당자",
    "개발자",
    "엔지니어",
    "사원",
    "매니저",
    "팀장",
    "Engineer",
    "Developer",
    "전문가",
    "신입사원",
    "경력직",
)
TAILS = (" 채용", " 모집", " 정규직 채용 모집", " 채용 (수습 3개월)", " 구인", "을 모십니다", " 공개채용", "")


def titles(count: int, seed: int = 20261121) -> list[str]:
    """Return made-up titles of postings, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - sample data
    parts = (LEADS, FIELDS, (" ",), ROLES, TAILS)
    return ["".join(draw.choice(words) for words in parts) for _ in range(count)]


def as_first_written(tracks: list[Track]) -> Way:
    """Return the loops that one writes first: every word folded and compared in its turn (wrong answers)."""

    def match(title: str) -> Words:
        found = {t.key: [k for k in t.include if _plain(k) in _plain(title)] for t in tracks}
        return {t.key: found[t.key] for t in tracks if not any(_plain(k) in _plain(title) for k in t.exclude)}

    return match


def folded_once(tracks: list[Track]) -> Way:
    """Return the same loops with the words folded beforehand and the title once (wrong answers)."""
    lists = [(t.key, [_plain(k) for k in t.include], [_plain(k) for k in t.exclude]) for t in tracks]

    def match(title: str) -> Words:
        text = _plain(title)
        found = {key: [k for k in include if k in text] for key, include, _ in lists}
        return {key: found[key] for key, _, exclude in lists if not any(k in text for k in exclude)}

    return match


def one_pattern_a_word(tracks: list[Track]) -> Way:
    """Return loops that obey the rules: one expression after another (the matcher's answers)."""
    lists = [(t.key, _patterns(t.include), _patterns(t.exclude)) for t in tracks]

    def match(title: str) -> Words:
        text = keywords.fold(title)
        found = {key: [k.pattern for k in include if k.search(text)] for key, include, _ in lists}
        return {key: found[key] for key, _, exclude in lists if not any(k.search(text) for k in exclude)}

    return match


def matcher(tracks: list[Track]) -> Way:
    """Return the product's way."""
    match = keywords.Matcher(tracks).match
    return lambda title: match(title).tracks


def _plain(text: str) -> str:
    return text.casefold().replace(" ", "")


def _patterns(words: tuple[str, ...]) -> list[re.Pattern[str]]:
    return [keywords.pattern_of(word) for word in words]


def rate(match: Way, sample: list[str]) -> tuple[float, int]:
    """Return titles a second (the best of three runs), and how many titles were wanted."""
    best, wanted = 0.0, 0
    for _ in range(3):
        start = time.perf_counter()
        wanted = sum(any(match(title).values()) for title in sample)
        best = max(best, len(sample) / (time.perf_counter() - start))
    return best, wanted


def main() -> None:
    """Print titles a second of each way, and the ratios."""
    tracks = list(courses().tracks.values())
    sample = titles(TITLES)
    ours, wanted = rate(matcher(tracks), sample)
    print(f"{'matcher':<20} {ours:>9,.0f} titles/s   wanted {wanted:>6,} of {TITLES:,}")
    for way in (as_first_written, folded_once, one_pattern_a_word):
        theirs, wanted = rate(way(tracks), sample[::SHARE])
        name, of = way.__name__.replace("_", " "), TITLES // SHARE
        print(f"{name:<20} {theirs:>9,.0f} titles/s   wanted {wanted:>6,} of {of:,}   1 : {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
