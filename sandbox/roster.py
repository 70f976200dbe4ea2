"""A made-up school: about 300 students in 9 courses of 3 tracks, as the CSV that an LMS would export.

Every name, number and address is invented. Addresses stand under reserved domains (example.com, example.org,
example.net, .test), where no mail can arrive, except a few under chunjae.co.kr and naver.com, which are there because
mail to those domains goes other ways: they are invented too and belong to nobody we know. Send this roster to a folder,
never to a provider.
"""

import argparse
import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from jobdb.clock import KST

SEED = 7
LENGTH = timedelta(days=182)
# Track, course, how many days before the day it began, how many students.
COURSES = (
    ("bigdata", "BIGDATA 75", 480, 30),  # its window is over
    ("bigdata", "BIGDATA 76", 240, 36),  # finished, in its window
    ("bigdata", "BIGDATA 77", 150, 36),  # running, in its window
    ("fullstack", "FULLSTACK 41", 260, 34),
    ("fullstack", "FULLSTACK 42", 160, 36),
    ("fullstack", "FULLSTACK 43", 40, 32),  # not yet in its window
    ("pm", "PM 12", 500, 30),
    ("pm", "PM 13", 220, 34),
    ("pm", "PM 14", 60, 32),
)

FAMILY = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = [
    "서준",
    "하윤",
    "도현",
    "지우",
    "예린",
    "민재",
    "수아",
    "건우",
    "채원",
    "시우",
    "나은",
    "태윤",
    "유진",
    "은호",
    "소율",
    "재이",
    "다온",
    "라희",
    "현서",
    "가람",
]
SYLLABLES = [
    "seo",
    "ha",
    "do",
    "ji",
    "ye",
    "min",
    "su",
    "geon",
    "chae",
    "si",
    "na",
    "tae",
    "yu",
    "eun",
    "so",
    "jae",
    "da",
    "ra",
    "hyeon",
    "ga",
]
DOMAINS = ("example.com", "example.org", "example.net", "mail.test", "students.test")
GATEWAYS = ("naver.com", "chunjae.co.kr")  # every ninth student has one of these
RUNNING = ("교육 중",) * 17 + ("중도 포기", "수강철회", "조기 수료")
FINISHED = ("수료",) * 12 + ("조기 수료",) * 3 + ("취업",) * 4 + ("중도 포기",)


@dataclass(frozen=True, slots=True)
class Row:
    """One student as the LMS exports them; the names are the columns."""

    lms_id: str
    name: str
    email: str
    phone: str
    track: str
    course: str
    starts_on: date
    ends_on: date
    status: str
    mail_on: str
    updated_at: str


def roster(day: date, seed: int = SEED) -> Iterator[Row]:
    """Yield the students as of a day; the same day and seed give the same.

    The last student of each course stands there twice, under two LMS ids with one address.
    """
    chance = random.Random(f"roster {seed}")  # noqa: S311  a made-up school needs no secrets
    number = 0
    for track, course, days, size in COURSES:
        starts_on = day - timedelta(days=days)
        for _ in range(size - 1):
            number += 1
            row = _student(chance, number, track, course, starts_on, day)
            yield row
        number += 1
        yield replace(row, lms_id=f"LMS-{number:04d}")


def _student(chance: random.Random, number: int, track: str, course: str, starts_on: date, day: date) -> Row:
    ends_on = starts_on + LENGTH
    changed = datetime.combine(day - timedelta(days=chance.randint(1, 30)), time(9, 30), KST)
    return Row(
        lms_id=f"LMS-{number:04d}",
        name=chance.choice(FAMILY) + chance.choice(GIVEN),
        email=_address(number),
        phone=f"010-0000-{number:04d}",
        track=track,
        course=course,
        starts_on=starts_on,
        ends_on=ends_on,
        status=chance.choice(RUNNING if day <= ends_on else FINISHED),
        mail_on="off" if chance.random() < 0.06 else "on",
        updated_at=changed.isoformat(),
    )


def _address(number: int) -> str:
    name = SYLLABLES[number % 20] + SYLLABLES[number * 7 // 20 % 20]
    domain = GATEWAYS[number // 9 % 2] if number % 9 == 0 else DOMAINS[number % len(DOMAINS)]
    return f"{name}.invented{number:03d}@{domain}"


def write(rows: Iterable[Row], out: Path) -> int:
    """Write rows as CSV (UTF-8 with BOM, as spreadsheets like it) and return how many."""
    lines = [astuple(row) for row in rows]
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[field.name for field in fields(Row)], *lines])
    return len(lines)


def main() -> None:
    """Write the roster of a day."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.roster", description="A made-up roster as CSV.")
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="the day it is made for, like 2026-11-21")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed and day give the same roster")
    options = parser.parse_args()
    print(f"{write(roster(options.day, options.seed), options.out)} made-up students in {options.out}")


if __name__ == "__main__":
    main()
