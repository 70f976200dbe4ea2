"""Real postings of Wanted: rows of three collections; none has all fields, two have no ids."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from jobdb.clock import KST
from jobdb.posting import Career, Deadline, Education, Employment
from sandbox.job import Job

SAVED_AT = datetime(2024, 1, 5, tzinfo=KST)  # of the oldest rows; no page prints it
SECTIONS = {
    "intro": "intro", "role": "main_tasks", "requirement": "requirements", "preferred": "preferred_points",
    "welfare": "benefits", "procedure": "hire_rounds",
}  # fmt: skip
Row = dict[str, str]


def jobs(folder: Path) -> list[Job]:
    """Return the postings of all rows, each once."""
    found = [*_read(folder, "rows_2026-06.csv", _of_2026), *_read(folder, "rows_dev_2024-11.csv", _of_2024)]
    found += _read(folder, "jsonld_values_2024-01.csv", _of_json_ld)
    return list({job.board_id: job for job in found}.values())


def page(folder: Path, name: str) -> bytes | None:  # noqa: ARG001
    """Return None: no page of a posting or of a list with postings was saved."""
    return None


def _read(folder: Path, name: str, of_row: Callable[[Row], Job | None]) -> Iterator[Job]:
    path = folder / name
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from filter(None, map(of_row, csv.DictReader(file)))


def _of_2026(row: Row) -> Job | None:
    number = re.search(r"/wd/(\d+)", row["url"])
    words = {
        "deadline": row["deadline"], "region": row["location"], "employment": row["employment_type"],
        "career": row["experience"], "main_tasks": row["description"],
    }  # fmt: skip
    skills = [skill.strip() for skill in row["skills"].split(",")]
    lacking = {"posted", "industry", "occupation"}
    return _job(number[1] if number else "", row["title"], row["company"], "data", words, skills, lacking)


def _of_2024(row: Row) -> Job | None:
    sections = {name: row[column].replace("|", "\n") for column, name in SECTIONS.items() if row[column] != "None"}
    words = {"deadline": row["due"], "region": row["comp_addr"], "category": row["category"], **sections}
    skills = [] if row["tech_stack"] == "None" else row["tech_stack"].split("|")
    lacking = {"posted", "industry", "occupation", "employment", "career"}
    return _job(_stable_id(row), row["title"], row["comp_name"], "backend", words, skills, lacking)


def _of_json_ld(row: Row) -> Job | None:
    words = {
        "posted": row["date"], "industry": row["industry"], "occupation": row["category"],
        "company_intro": row["descriptions"],
    }  # fmt: skip
    lacking = {"object", "deadline", "region", "employment", "career"}
    return _job(_stable_id(row), row["title"], row["company_name"], "ai", words, [], lacking)


def _stable_id(row: Row) -> str:
    """Return a number for a row that has none: above all real ones, and the same whenever the row is read."""
    return str(900_000_000 + int(sha256("\0".join(row.values()).encode()).hexdigest(), 16) % 100_000_000)


def _job(
    board_id: str, title: str, company: str, field: str, words: Row, skills: list[str], lacking: set[str]
) -> Job | None:  # fmt: skip
    if not board_id or not title or not company:
        return None
    return Job(
        board="wanted",
        board_id=board_id,
        title=title,
        company=company,
        field=field,
        sido="",
        sigungu=None,
        career=Career(),
        education=Education.UNKNOWN,
        employment=Employment.OTHER,
        deadline=Deadline(),
        posted_at=SAVED_AT,
        skills=tuple(filter(None, skills)),
        missing=frozenset(lacking),
        words=words,
    )
