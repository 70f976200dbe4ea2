"""Real rows of ../shared/boards as postings, found by reference: `<board>/<file>#<the board's own id, or the row>`.

The rows stay where they are; the project keeps references alone.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from parsel import Selector

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobspider.items import RawPosting

SAVED = Path(__file__).resolve().parents[2].parent / "shared" / "boards"
Row = dict[str, str]


def table(path: Path) -> list[Row]:
    """Return a CSV's rows, by its header."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def number(url: str) -> str:
    """Return the posting's number in its address."""
    return re.findall(r"\d+", url.partition("rec_idx=")[2] or url)[0]


def saramin_rows(path: Path) -> Iterator[RawPosting]:
    for row in table(path):
        yield raw(
            "saramin", number(row["link"]), row["title"], row["company"], region=row["location"],
            career=row["experience"], education=row["education"], employment=row["employmentType"],
            deadline=row["deadline"],
        )  # fmt: skip


def incruit_list(path: Path) -> Iterator[RawPosting]:
    for row in Selector(path.read_text(encoding="utf-8")).css("ul.c_row[jobno]"):
        yield raw(
            "incruit", row.attrib["jobno"], text(row, ".cell_mid .cl_top a"), text(row, ".cell_first a.cpname"),
            conditions=[text(span) for span in row.css(".cell_mid .cl_md > span")],
            deadline=text(row, ".cell_last .cl_btm > span"),
        )  # fmt: skip


def wanted_rows(path: Path) -> Iterator[RawPosting]:
    for row in table(path):
        yield raw(
            "wanted", number(row["url"]), row["title"], row["company"], region=row["location"],
            deadline=row["deadline"],
        )  # fmt: skip


def wanted_rows_dev(path: Path) -> Iterator[RawPosting]:
    for index, row in enumerate(table(path)):
        yield raw(
            "wanted", f"row{index}", row["title"], row["comp_name"], region=" ".join(row["comp_addr"].split()[:2]),
            deadline=row["due"].replace("None", "상시"),
        )  # fmt: skip


def wanted_jsonld(path: Path) -> Iterator[RawPosting]:
    for index, row in enumerate(table(path)):
        yield raw("wanted", f"row{index}", row["title"], row["company_name"])


def jumpit_rows(path: Path) -> Iterator[RawPosting]:
    for row in table(path):
        yield raw(
            "jumpit", number(row["출처 URL"]), row["공고명"], row["회사명"],
            deadline=row["지원기간"].removeprefix("마감일").strip(),
            career=row["경력조건"].removeprefix("경력").strip(),
        )  # fmt: skip


def jumpit_list(path: Path) -> Iterator[RawPosting]:
    for row in json.loads(path.read_text(encoding="utf-8"))["result"]["positions"]:
        yield raw(
            "jumpit", str(row["id"]), row["title"], row["companyName"], region=", ".join(row["locations"]),
            career_from=str(row["minCareer"]), career_to=str(row["maxCareer"]),
            newcomer=str(row["newcomer"]).lower(), deadline="상시" if row["alwaysOpen"] else row["closedAt"],
        )  # fmt: skip


FILES: dict[str, tuple[str, Callable[[Path], Iterator[RawPosting]]]] = {
    "saramin/rows_2024-12.csv": ("2024-12-11", saramin_rows),
    "incruit/list_2024-01-31.html": ("2024-01-31", incruit_list),
    "wanted/rows_2026-06.csv": ("2026-06-12", wanted_rows),
    "wanted/rows_dev_2024-11.csv": ("2024-11-15", wanted_rows_dev),
    "wanted/jsonld_values_2024-01.csv": ("2024-01-15", wanted_jsonld),
    "jumpit/list_2022-07-11.json": ("2022-07-11", jumpit_list),
    "jumpit/rows_2023-07_category_2.csv": ("2023-07-15", jumpit_rows),
    "jumpit/rows_2023-07_category_8.csv": ("2023-07-15", jumpit_rows),
    "jumpit/rows_2023-07_category_12.csv": ("2023-07-15", jumpit_rows),
}  # the day on which each was saved


def raw(board: str, board_id: str, title: str, company: str, **words: object) -> RawPosting:
    return RawPosting(board, board_id, f"{BOARDS[board].home}/{board_id}", title, company, **words)  # type: ignore[arg-type]


def text(node: Selector, css: str = "") -> str:
    found = node.css(css)[:1] if css else [node]
    words = "".join(word for part in found for word in part.css("*::text").getall())
    return " ".join(words.split())


@cache
def rows(name: str) -> dict[str, tuple[RawPosting, datetime]]:
    """Return a file's rows by id, the first of each, with the day on which it was saved."""
    day, read = FILES[name]
    seen_at = datetime.fromisoformat(day).replace(tzinfo=KST)
    found: dict[str, tuple[RawPosting, datetime]] = {}
    for row in read(SAVED / name):
        found.setdefault(row.board_id, (row, seen_at))
    return found


def row_of(reference: str) -> tuple[RawPosting, datetime]:
    """Return the row that a reference names."""
    name, _, board_id = reference.partition("#")
    return rows(name)[board_id]
