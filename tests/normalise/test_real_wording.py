"""Every wording of the real rows beside the project: how much of it nobody knows, and whether the weekdays agree."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from parsel import Selector

from jobdb.clock import KST
from jobdb.posting import DeadlineKind
from jobspider.items import RawPosting
from jobspider.normalise import normalise
from jobspider.normalise.dates import WEEKDAYS
from jobspider.normalise.region import read_region
from jobspider.normalise.text import WordingError

BOARDS = Path(__file__).resolve().parents[3] / "shared" / "boards"
UNKNOWN_SHARE = 0.005  # of all printed wordings

pytestmark = pytest.mark.skipif(not BOARDS.is_dir(), reason=f"the real rows are not here: {BOARDS}")


def rows(name: str) -> list[dict[str, str]]:
    with (BOARDS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def saramin() -> Iterator[RawPosting]:
    for row in rows("saramin/rows_2024-12.csv"):
        posted = re.search(r"(?:등록일|수정일) [\d/]+", row["sector"])
        conditions = [row[name] for name in ("location", "experience", "education", "employmentType")]
        yield posting(
            "saramin", "www.saramin.co.kr", row["title"], row["company"],
            conditions=conditions, deadline=row["deadline"], posted=posted[0] if posted else "",
        )  # fmt: skip


def saramin_pages() -> Iterator[RawPosting]:
    for path in sorted((BOARDS / "saramin").glob("detail_2019-04_*.html")):
        for page in Selector(path.read_text(encoding="utf-8")).css(".wrap_jv_cont"):
            pairs = {squeeze(dl.css("dt")): squeeze(dl.css("dd")) for dl in page.css(".jv_summary dl, .info_period")}
            ends = page.xpath(
                ".//*[contains(@class, 'info_period')]//dt[contains(., '마감일')]/following-sibling::dd[1]"
            )
            yield posting(
                "saramin", "www.saramin.co.kr", "제목", "회사", deadline=squeeze(ends),
                career=pairs.get("경력", ""), education=pairs.get("학력", ""),
                employment=pairs.get("근무형태", ""), region=pairs.get("근무지역", ""),
            )  # fmt: skip


def incruit() -> Iterator[RawPosting]:
    page = Selector((BOARDS / "incruit/list_2024-01-31.html").read_text(encoding="utf-8"))
    for row in page.css("ul.c_row[jobno]"):
        deadline, posted = (squeeze(span) for span in row.css("div.cell_last div.cl_btm > span")[:2])
        yield posting(
            "incruit", "job.incruit.com", "제목", squeeze(row.css("a.cpname")), deadline=deadline, posted=posted,
            conditions=[squeeze(span) for span in row.css("div.cell_mid div.cl_md > span")],
        )  # fmt: skip


def jumpit_list() -> Iterator[RawPosting]:
    for item in json.loads((BOARDS / "jumpit/list_2022-07-11.json").read_text(encoding="utf-8"))["result"]["positions"]:
        yield posting(
            "jumpit", "jumpit.saramin.co.kr", item["title"], item["companyName"], deadline=as_text(item["closedAt"]),
            career_from=as_text(item["minCareer"]), career_to=as_text(item["maxCareer"]),
            newcomer=as_text(item["newcomer"]), region=", ".join(item["locations"]),
        )  # fmt: skip


def jumpit_pages() -> Iterator[RawPosting]:
    for name in ("2", "8", "12"):
        for row in rows(f"jumpit/rows_2023-07_category_{name}.csv"):
            yield posting(
                "jumpit", "jumpit.saramin.co.kr", row["공고명"], row["회사명"], deadline=row["지원기간"],
                career=row["경력조건"].removeprefix("경력\n"),
            )  # fmt: skip


def wanted_2026() -> Iterator[RawPosting]:
    for row in rows("wanted/rows_2026-06.csv"):
        yield posting(
            "wanted", "www.wanted.co.kr", row["title"], row["company"], deadline=row["deadline"],
            career_from=row["experience"], region=row["location"], employment=row["employment_type"],
        )  # fmt: skip


def wanted_2024() -> Iterator[RawPosting]:
    for row in rows("wanted/rows_dev_2024-11.csv"):
        deadline = "null" if row["due"] == "None" else row["due"]
        yield posting(
            "wanted", "www.wanted.co.kr", row["title"], row["comp_name"], deadline=deadline, region=row["comp_addr"]
        )


def posting(board: str, host: str, title: str, company: str, **words: Any) -> RawPosting:
    return RawPosting(board, "1", f"https://{host}/1", title, company, **words)


def squeeze(found: Any) -> str:
    return " ".join("".join(found.xpath(".//text()").getall()).split())


def as_text(value: object) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


SOURCES = [
    (saramin, datetime(2024, 12, 14, 3, tzinfo=KST), 500),
    (saramin_pages, datetime(2019, 4, 1, tzinfo=KST), 20),
    (incruit, datetime(2024, 1, 31, 3, tzinfo=KST), 60),
    (jumpit_list, datetime(2022, 7, 11, tzinfo=KST), 16),
    (jumpit_pages, datetime(2023, 7, 15, tzinfo=KST), 481),
    (wanted_2026, datetime(2026, 6, 12, tzinfo=KST), 115),
    (wanted_2024, datetime(2024, 11, 1, tzinfo=KST), 349),
]


@pytest.mark.parametrize(("source", "seen", "least"), SOURCES, ids=[source.__name__ for source, *_ in SOURCES])
def test_real_wording_is_known(source: Any, seen: datetime, least: int) -> None:
    raws = list(source())
    assert len(raws) >= least
    unknown = Counter((word.field, word.wording) for raw in raws for word in normalise(raw, seen).unknown)
    printed = sum(len(raw.conditions) + sum(map(bool, labelled(raw))) for raw in raws)
    assert unknown.total() <= UNKNOWN_SHARE * printed, (
        f"{unknown.total()} of {printed} unknown: {unknown.most_common(20)}"
    )


def labelled(raw: RawPosting) -> list[str]:
    return [raw.deadline, raw.posted, raw.career, raw.career_from, raw.education, raw.employment, raw.region]


@pytest.mark.parametrize(("source", "seen", "least"), [SOURCES[0], SOURCES[2]], ids=["saramin", "incruit"])
def test_every_printed_weekday_agrees_with_the_day(source: Any, seen: datetime, least: int) -> None:
    compared = 0
    for raw in source():
        printed = re.search(rf"\(([{WEEKDAYS}])\)", raw.deadline)
        if printed:
            deadline = normalise(raw, seen).deadline
            assert deadline.at is not None
            assert WEEKDAYS[deadline.at.weekday()] == printed[1], raw.deadline
            compared += 1
    assert compared >= least * 0.7


def test_without_their_weekdays_the_real_deadlines_get_the_same_year() -> None:
    seen = datetime(2024, 12, 14, 3, tzinfo=KST)
    for raw in saramin():
        at = normalise(raw, seen).deadline.at
        raw.deadline = re.sub(r"\(.\)", "", raw.deadline)
        assert normalise(raw, seen).deadline.at == at


def test_open_ended_and_dated_come_in_the_boards_own_shares() -> None:
    kinds = Counter(normalise(raw, datetime(2024, 12, 14, 3, tzinfo=KST)).deadline.kind for raw in saramin())
    assert kinds == {DeadlineKind.DATED: 401, DeadlineKind.UNTIL_FILLED: 85, DeadlineKind.OPEN_ENDED: 14}


def region_codes() -> Iterator[str]:
    yield from (row["title"] for row in rows("worknet/codes/region_codes.csv"))
    yield from (row["fullName"] for row in rows("jumpit/codes_location_tag.csv") if row["fullName"] != "기타")
    wanted = rows("wanted/codes_locations.csv")
    yield from (f"{row['location']} {row['district']}" for row in wanted if row["country"] == "kr")


def test_every_region_code_of_the_boards_is_known() -> None:
    unknown = []
    for name in region_codes():
        try:
            read = read_region(name)
        except WordingError:
            unknown.append(name)
            continue
        _, _, sigungu = name.partition(" ")
        if sigungu.endswith(("시", "군", "구")):
            assert read.regions[0].sigungu == sigungu
    assert unknown == []
