"""What boards and employers do to one posting when it is listed a second time, each under the name the pairs use."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from jobdb.boards import BOARDS
from jobspider.items import RawPosting
from jobspider.normalise import normalise
from jobspider.normalise.places import SIDO_NAMES

Change = Callable[[RawPosting, datetime], RawPosting]
LEGAL = re.compile(r"\(주\)|㈜|주식회사|（주）")
LONG_SIDO = {short: long for long, short in SIDO_NAMES.items() if len(long) > 3} | {"경기": "경기도", "제주": "제주도"}
ENGLISH = {
    "프론트엔드": "Front-end", "백엔드": "Backend", "개발자": "Developer", "엔지니어": "Engineer", "데이터": "Data",
    "머신러닝": "Machine Learning", "딥러닝": "Deep Learning", "시니어": "Senior", "주니어": "Junior", "웹": "Web",
}  # fmt: skip
KOREAN = {
    "Frontend": "프론트엔드", "Front-end": "프론트엔드", "Backend": "백엔드", "Engineer": "엔지니어",
    "Developer": "개발자", "Data": "데이터", "Senior": "시니어", "Machine Learning": "머신러닝", "Cloud": "클라우드",
}  # fmt: skip
LETTERS = {"에이치": "H", "에이": "A", "비": "B", "씨": "C", "디": "D", "에스": "S", "엘": "L", "엠": "M", "티": "T",
           "아이": "I", "제이": "J", "케이": "K", "엔": "N", "피": "P", "지": "G", "알": "R"}  # fmt: skip


def bare(company: str) -> str:
    return LEGAL.sub("", company).strip()


def company_form(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, company=bare(row.company) if LEGAL.search(row.company) else f"(주){row.company}")


def company_full_form(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, company=f"주식회사 {bare(row.company)}")


def company_without_alias(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, company=re.sub(r"\([^()]+\)$", "", row.company))


def company_by_alias(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, company=re.findall(r"\(([^()]+)\)$", row.company)[0])


def company_in_letters(row: RawPosting, _: datetime) -> RawPosting:
    rest, letters = bare(row.company), ""
    while found := re.match("|".join(LETTERS), rest):
        letters, rest = letters + LETTERS[found[0]], rest[found.end() :]
    return replace(row, company=letters + rest)


def company_in_brackets(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"[{bare(row.company)}] {row.title}")


def company_before(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"{row.company} {row.title}")


def hiring(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"{row.title} 채용")


def hiring_notice(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"{row.title} 모집 공고")


def hiring_sentence(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"{row.title} 모집합니다")


def person_in_charge(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"{row.title} 담당자 모집")


def no_hiring(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=re.sub(r"\s?(?:채용\s?모집|채용|모집)(?:합니다|공고)?\.?$", "", row.title))


def career_in_title(row: RawPosting, seen_at: datetime) -> RawPosting:
    kind = normalise(row, seen_at).career.kind
    word = {"newcomer": "신입", "experienced": "경력", "both": "신입/경력", "any": "신입/경력"}[kind]
    return replace(row, title=f"{row.title} ({word})")


def urgent(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"[급구] ★{row.title}★")


def perk(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=f"[코스닥상장사] {row.title}")


def year_before(row: RawPosting, seen_at: datetime) -> RawPosting:
    return replace(row, title=f"{seen_at.year}년 {row.title}")


def blanks_out(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=re.sub(r"(?<=[가-힣]) (?=[가-힣])", "", row.title))


def english(row: RawPosting, _: datetime) -> RawPosting:
    return replace(
        row, title=re.sub(f"(?:{'|'.join(ENGLISH)})(?!링)", lambda word: f" {ENGLISH[word[0]]} ", row.title).strip()
    )


def korean(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, title=re.sub("|".join(KOREAN), lambda word: KOREAN[word[0]], row.title))


def address(row: RawPosting, _: datetime) -> RawPosting:
    sido, _, rest = row.region.partition(" ")
    return replace(row, region=f"{LONG_SIDO[sido]} {rest} 한길로 12")


def no_region(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, region="")


def and_others(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, region=f"{row.region} 외")


def more_places(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, region=f"대전 서구, {row.region}")


def open_ended(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, deadline="상시채용")


def until_filled(row: RawPosting, _: datetime) -> RawPosting:
    return replace(row, deadline="채용시까지")


def iso_deadline(row: RawPosting, seen_at: datetime) -> RawPosting:
    at = normalise(row, seen_at).deadline.at
    assert at
    return replace(row, deadline=f"{at:%Y-%m-%dT%H:%M:%S}")


def a_week_later(row: RawPosting, seen_at: datetime) -> RawPosting:
    at = normalise(row, seen_at).deadline.at
    assert at
    return replace(row, deadline=f"{at + timedelta(days=7):%Y.%m.%d %H:%M}")


def career_range(row: RawPosting, seen_at: datetime) -> RawPosting:
    career = normalise(row, seen_at).career
    return replace(row, career=f"경력 {career.min_years}~{career.max_years or 20}년")


TRANSFORMATIONS: dict[str, Change] = {
    change.__name__: change
    for change in (
        company_form, company_full_form, company_without_alias, company_by_alias, company_in_letters,
        company_in_brackets, company_before, hiring, hiring_notice, hiring_sentence, person_in_charge, no_hiring,
        career_in_title, urgent, perk, year_before, blanks_out, english, korean, address, no_region, and_others,
        more_places, open_ended, until_filled, iso_deadline, a_week_later, career_range,
    )
}  # fmt: skip


def transformed(row: RawPosting, seen_at: datetime, names: str) -> RawPosting:
    """Return the row as another board lists it: `jumpit+company_form+hiring`, the board first."""
    board, *changes = names.split("+")
    for name in changes:
        row = TRANSFORMATIONS[name](row, seen_at)
    return replace(row, board=board, board_id=f"{row.board}-{row.board_id}", url=f"{BOARDS[board].home}/1")
