"""The core of a title: what the work is, apart from who hires, that somebody is hired, and how it is decorated."""

import re
from dataclasses import dataclass

from jobdb.posting import CareerKind, Region
from jobspider.clusters import words
from jobspider.clusters.companies import Company, canonical
from jobspider.normalise.places import SIDO_NAMES
from jobspider.normalise.text import fold

_LEGAL = re.compile(r"\((?:주|유|유한|합|재|사)\)|주식회사|유한회사|유한책임회사|농업회사법인")
_CALENDAR = re.compile(
    r"(?:(?<!\d)|')(?:(20[1-4]\d)\s?(?:학?년도?|(?!\d|\s?(?:만|원|명)))|([2-4]\d)\s?년(?=도|\s?[상하]반기))"
)
_YEARS = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:년차?)?\s?[~-]\s?(\d{1,2})\s?년(?:차|\s?이하|\s?미만)?|(?<!\d)(\d{1,2})\s?년\s?차?\s?(이상|이하|미만|이내|↑|↓|\+)?"
)
_TOKEN = re.compile(r"[0-9a-z가-힣ぁ-ヿ一-鿿]+(?:[.+#][0-9a-z+#]*)*")


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart. Two titles of one company with one core speak of the same work."""

    core: frozenset[str]  # the words of the work, technologies aside
    run: str  # the same in their order, without blanks
    stack: frozenset[str]  # technologies
    places: frozenset[str]  # 시·도
    career: CareerKind  # as the title says it; UNKNOWN where it says nothing
    years: frozenset[str]  # of work asked for: "3", "3~5"
    calendar: frozenset[str]  # the years of a recruitment: "2026"
    whole: str  # the folded title without the company and blanks, for titles without a core


def read_title(text: str, company: Company, regions: tuple[Region, ...] = ()) -> Title:
    """Take a title apart; `company` and `regions` are the posting's own, whose names in its title say nothing new."""
    plain = _without_company(fold(text).casefold(), company)
    years = frozenset("~".join(filter(None, found[:3])) + _bound(found[3]) for found in _YEARS.findall(plain))
    calendar = frozenset(full or f"20{short}" for full, short in _CALENDAR.findall(plain))
    work = words.WELCOME.sub(" ", words.PERKS.sub(" ", _YEARS.sub(" ", _CALENDAR.sub(" ", plain))))
    career = _career(work)
    tokens = [token for token in _tokens(_without_hiring(work)) if canonical(token) not in company.names]
    place_of = SIDO_NAMES | _spots(regions)
    kept = [word for token in tokens if token not in place_of for word in words.words_of(token)]
    core = [word for word in kept if word not in words.STACK]
    return Title(
        core=frozenset(core),
        run="".join(core),
        stack=frozenset(kept) & words.STACK,
        places=frozenset(place_of[token] for token in tokens if token in place_of),
        career=career,
        years=years,
        calendar=calendar,
        whole="".join(_tokens(plain)),
    )


def _spots(regions: tuple[Region, ...]) -> dict[str, str]:
    """Return how a title may name the 시·군·구 where the work is, with its 시·도: 나주시, 나주."""
    parts = [(part, region.sido) for region in regions if region.sigungu for part in region.sigungu.split()]
    return {name: sido for part, sido in parts for name in (part, part[:-1]) if len(name) > 1}


def _without_company(text: str, company: Company) -> str:
    bare = _LEGAL.sub(" ", text)
    for spelling in company.spellings:
        if spelling in bare.replace(" ", ""):
            bare = re.sub(r"\s?".join(map(re.escape, spelling)) + r"(?:에서는?|의)?", " ", bare)
    return bare


def _bound(word: str) -> str:
    return "-" if word in {"이하", "미만", "이내", "↓"} else ""


def _career(text: str) -> CareerKind:
    newcomer, experienced = words.NEWCOMER.search(text), words.EXPERIENCED.search(text)
    if newcomer and experienced:
        return CareerKind.BOTH
    if newcomer:
        return CareerKind.NEWCOMER
    return CareerKind.EXPERIENCED if experienced else CareerKind.UNKNOWN


def _without_hiring(text: str) -> str:
    bare = words.HIRING.sub(" ", words.RECRUITER.sub(" 리크루팅 ", text))
    return words.EXPERIENCED.sub(" ", words.NEWCOMER.sub(" ", bare))


def _tokens(text: str) -> list[str]:
    return [token.rstrip(".") for token in _TOKEN.findall(words.one_spelling(text))]
