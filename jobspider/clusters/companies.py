"""A company under the several names that boards print for it."""

import re
from dataclasses import dataclass

from jobspider.normalise.company import company_key
from jobspider.normalise.text import compact

_FORMS = re.compile(
    r"(?:농업|어업)회사법인|(?:사회복지|재단|사단|의료|학교)법인|\(재\)|\(사\)"
    r"|(?:,?(?:co\.,?ltd|inc|corp|ltd|llc)\.?)$"
)
_ALIAS = re.compile(r"(?P<outer>[^()]+)\((?P<inner>[^()]+)\)")
_NO_ALIAS = re.compile(  # what stands in brackets is a part of the company, or about it
    r"점$|지점|지사|지부|본사|본점|본부|공장|센터|사업부|사업장|사무소|연구소|캠퍼스|병원|분원|주재|계열사|그룹|파견|도급|대행"
    r"|상장|코스닥|코스피|외국계|서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
)

# Words that a company writes in either script; the letters that are left are spelled out.
_WORDS = {
    "engineering": "엔지니어링", "international": "인터내셔널", "entertainment": "엔터테인먼트", "solutions": "솔루션",
    "solution": "솔루션", "솔루션즈": "솔루션", "holdings": "홀딩스", "networks": "네트웍스", "네트웍": "네트웍스",
    "healthcare": "헬스케어", "robotics": "로보틱스", "software": "소프트웨어", "systems": "시스템", "system": "시스템",
    "시스템즈": "시스템", "partners": "파트너스", "studio": "스튜디오", "global": "글로벌", "korea": "코리아",
    "games": "게임즈", "media": "미디어", "group": "그룹", "cloud": "클라우드", "mobility": "모빌리티",
    "soft": "소프트", "tech": "테크", "labs": "랩", "lab": "랩", "랩스": "랩", "data": "데이터", "bio": "바이오",
    "net": "넷", "care": "케어",
}  # fmt: skip
_LETTER_NAMES = """
에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트
"""
_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTER_NAMES.split(), strict=True))
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_SAME_LETTER = (("시제이", "씨제이"), ("앤드", "앤"), ("&", "앤"), ("더블류", "더블유"))
_AGENCY = re.compile(
    r"스카우트|맨파워|아데코|제니엘|유니에스|(?<!리)서치|헤드헌|커리어|휴먼|인재|잡|hr|파견|아웃소싱|스태프|스탭"
)


@dataclass(frozen=True, slots=True)
class Company:
    """A company's name folded for comparing, the name beside it in brackets, and how titles may spell them."""

    name: str
    alias: str | None
    spellings: tuple[str, ...]  # longest first, without blanks
    is_agency: bool  # it posts for others: one title may stand for several employers

    @property
    def names(self) -> frozenset[str]:
        """Return every name that it goes by."""
        return frozenset(name for name in (self.name, self.alias) if name is not None)


def read_company(text: str) -> Company:
    """Return a company by its printed name: `에스케이가람(SK가람)`, `㈜다온랩`, `DAON Inc.`.

    Branches in brackets (`가람제과(롯데점)`) are companies of their own.
    """
    key = company_key(text)
    bare = _FORMS.sub("", key) or key
    found = _ALIAS.fullmatch(bare)
    if not found or _NO_ALIAS.search(found["inner"]) or len(found["inner"]) < 2:
        return Company(canonical(bare), None, _spellings(bare), bool(_AGENCY.search(bare)))
    outer, inner = found["outer"], _FORMS.sub("", found["inner"]) or found["inner"]
    return Company(canonical(outer), canonical(inner), _spellings(outer, inner), bool(_AGENCY.search(bare)))


def is_same_company(one: Company, other: Company) -> bool:
    """Tell whether two names are one company's; a name in brackets alone never joins two companies."""
    return one.name == other.name or one.name == other.alias or one.alias == other.name


def canonical(name: str) -> str:
    """Return the name in Hangul: known words translated, other Latin letters spelled out (SK = 에스케이)."""
    hangul = _WORD.sub(lambda word: _WORDS[word[0]], name)
    hangul = "".join(_LETTERS.get(letter, letter) for letter in hangul)
    for spelling, other in _SAME_LETTER:
        hangul = hangul.replace(spelling, other)
    return re.sub(r"[^0-9a-z가-힣ぁ-ヿ一-鿿()]", "", hangul) or compact(name)


def _spellings(*names: str) -> tuple[str, ...]:
    kept = {name for name in names if len(name) > 1}
    return tuple(sorted(kept, key=lambda name: (-len(name), name)))
