"""Real postings of Jumpit: a saved list, and rows of three categories."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, Education, Employment
from sandbox.job import Job

PAGES = {"list-1": "list_2022-07-11.json"}
SAVED_AT = datetime(2023, 7, 31, tzinfo=KST)  # of the rows; no page prints it
LACKING = frozenset({"region", "education", "employment", "posted"})
SECTIONS = {
    "회사소개": "serviceInfo", "주요업무": "responsibility", "자격요건": "qualifications",
    "우대조건": "preferredRequirements", "복지": "welfares",
}  # fmt: skip
_YEARS = re.compile(r"(?P<kind>신입|경력)(?:\s?(?P<least>\d+))?(?:~(?P<most>\d+)년)?")


def jobs(folder: Path) -> list[Job]:
    """Return the postings of the rows and the saved list, each once; a posting in two categories has both."""
    found: dict[str, Job] = {}
    for job in (*_rows(folder), *_listed(folder)):
        if before := found.get(job.board_id):
            names = dict.fromkeys(f"{before.words['category']},{job.words['category']}".split(","))
            before.words["category"] = ",".join(names)
        else:
            found[job.board_id] = job
    return list(found.values())


def page(folder: Path, name: str) -> bytes | None:
    """Return the saved list; no posting's answer was saved."""
    path = folder / PAGES.get(name, "")
    return path.read_bytes() if path.is_file() else None


def _rows(folder: Path) -> Iterator[Job]:
    for path in sorted(folder.glob("rows_*_category_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from filter(None, map(_of_row, csv.DictReader(file)))


def _of_row(row: dict[str, str]) -> Job | None:
    number = re.search(r"/position/(\d+)", row.get("출처 URL") or "")
    career = _career(_unlabelled(row, "경력조건"))
    if not number or not row["공고명"] or not row["회사명"] or career is None:
        return None
    sections = {name: row[heading] for heading, name in SECTIONS.items() if row.get(heading)}
    words = {"deadline": _unlabelled(row, "지원기간"), "category": row["직무내용"], **sections}
    return _job(number[1], row["공고명"], row["회사명"], career, row["기술 스택"].split("\n"), words)


def _listed(folder: Path) -> Iterator[Job]:
    for path in sorted(folder.glob("list_*.json")):
        for position in json.loads(path.read_bytes())["result"]["positions"]:
            yield _of_position(position)


def _of_position(row: dict[str, Any]) -> Job:
    newcomer, top = row["newcomer"], row["maxCareer"]
    kind = CareerKind.EXPERIENCED if not newcomer else CareerKind.BOTH if top else CareerKind.NEWCOMER
    words = {"deadline": row["closedAt"], "category": row["jobCategory"], "region": ", ".join(row["locations"])}
    return _job(
        str(row["id"]),
        row["title"],
        row["companyName"],
        Career(kind, row["minCareer"], top),
        row["techStacks"],
        words,
    )


def _job(board_id: str, title: str, company: str, career: Career, skills: list[str], words: dict[str, str]) -> Job:
    return Job(
        board="jumpit",
        board_id=board_id,
        title=title,
        company=company,
        field="backend",  # the category's own words say what it is
        sido="",
        sigungu=None,
        career=career,
        education=Education.UNKNOWN,
        employment=Employment.OTHER,
        deadline=Deadline(),
        posted_at=SAVED_AT,
        skills=tuple(skills),
        missing=LACKING - ({"region"} & words.keys()),
        words=words,
    )


def _unlabelled(row: dict[str, str], column: str) -> str:
    """Return what stands below the label in "마감일\\n2023-08-31" and "경력\\n경력 3~10년"."""
    return (row.get(column) or "").rpartition("\n")[2]


def _career(words: str) -> Career | None:
    match = _YEARS.fullmatch(words)
    if not match:
        return None
    least, most = (int(match[name]) if match[name] else None for name in ("least", "most"))
    if match["kind"] == "경력":
        return Career(CareerKind.EXPERIENCED, least, most)
    return Career(CareerKind.BOTH, 0, most) if most else Career(CareerKind.NEWCOMER)
