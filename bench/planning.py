"""Measure planning a slot: 10,000 students, 40 courses, 50,000 postings; and how large it leaves the tables.

Run it with `python -m bench.planning` at the root of the repository. It plans twice: anew, and over what stands; the
floor is what PostgreSQL alone takes for the delivery rows, one INSERT … SELECT of as many.
"""

import contextlib
import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from bench._scratch import scratch
from jobdb import db
from jobdb.clock import KST
from jobdb.tracks import courses
from mailer_cli.config import mail_settings
from mailer_cli.plan import Planner

if TYPE_CHECKING:
    from psycopg2.extensions import connection

SLOT = datetime(2026, 11, 24, 17, tzinfo=KST)
STUDENTS, COURSES, POSTINGS = 10_000, 40, 50_000
GOAL = 10  # seconds
BOARDS = {
    "saramin": "https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx={}",
    "incruit": "https://job.incruit.com/jobdb_info/jobpost.asp?job={}",
    "wanted": "https://www.wanted.co.kr/wd/{}",
    "jumpit": "https://jumpit.saramin.co.kr/position/{}",
}
POSTING = """
    INSERT INTO posting (board, board_id, url, title, company, company_key, deadline_kind, deadline_at, career_kind,
        education, employment, regions, remote, pay, skills, body, image_only, raw, first_seen, last_seen)
    VALUES %s RETURNING id
"""
TEMPLATE = (
    "(%s, %s, %s, %s, %s, %s, %s, %s, 'both', 'any', '{}', '[[\"서울\", null]]', false, '', '{}', '', false, '{}', "
    "%s, now())"
)
FLOOR = """
    INSERT INTO delivery (edition_id, student_id, address, state, updated_at)
    SELECT (SELECT min(id) FROM edition), id, email, 'planned', now() FROM student
"""


def fill(
    database: "connection", students: int = STUDENTS, course_count: int = COURSES, postings: int = POSTINGS
) -> None:
    """Write the made-up school and market."""
    tracks = list(courses().tracks)
    with database, database.cursor() as on:
        starts, ends = date(2026, 4, 1), date(2026, 10, 30)
        rows = [(f"{tracks[n % len(tracks)]} {n}", tracks[n % len(tracks)], starts, ends) for n in range(course_count)]
        ids = execute_values(
            on, "INSERT INTO course (name, track, starts_on, ends_on) VALUES %s RETURNING id", rows, fetch=True
        )
        people = [
            (f"L{n}", "홍길동", f"student{n}@example.com", "", ids[n % course_count], "교육 중", n % 17 > 0, SLOT)
            for n in range(students)
        ]
        execute_values(
            on,
            "INSERT INTO student (lms_id, name, email, phone, course_id, status, mail_on, updated_at) VALUES %s",
            people,
            page_size=1000,
        )
        found = execute_values(
            on, POSTING, [_posting(n) for n in range(postings)], template=TEMPLATE, page_size=1000, fetch=True
        )
        wanted = [(key, tracks[key % len(tracks)], [str(word) for word in range(1 + key % 4)]) for (key,) in found]
        execute_values(on, "INSERT INTO posting_track VALUES %s", wanted, page_size=1000)
        on.execute("ANALYZE")


def _posting(number: int) -> tuple[object, ...]:
    board = list(BOARDS)[number % 10 % len(BOARDS)]
    ends = SLOT + timedelta(days=number % 60)
    seen = SLOT - timedelta(hours=number % 700)
    title, company = f"데이터 분석가 (경력 {number % 9}년) {number}", f"회사 {number % 6000}"
    return board, str(number), BOARDS[board].format(number), title, company, company, "dated", ends, seen


def planned(database: "connection") -> float:
    """Return the seconds of planning the slot."""
    planner = Planner(courses().tracks, mail_settings())
    start = time.perf_counter()
    assert planner.plan(database, SLOT, SLOT - timedelta(hours=5)) == []
    return time.perf_counter() - start


def floor(database: "connection") -> float:
    """Return the seconds of writing as many delivery rows in one statement, undone again."""
    with contextlib.closing(database.cursor()) as on:
        on.execute("DELETE FROM delivery")
        start = time.perf_counter()
        on.execute(FLOOR)
        seconds = time.perf_counter() - start
    database.rollback()
    return seconds


def sizes(database: "connection") -> tuple[int, int, int, int]:
    """Return the rows chosen, the rows and the bytes of what was passed over, and how many postings that were."""
    with database, database.cursor() as on:
        on.execute(
            """
            SELECT (SELECT count(*) FROM edition_posting), count(*),
                   pg_total_relation_size('edition_passed') + pg_total_relation_size('market_passed'), sum(held)
            FROM edition_passed
            """
        )
        row = on.fetchone()
    assert row
    return row


def main() -> None:
    """Print the seconds of both plans, microseconds a student, the floor, and the tables' sizes."""
    with scratch("planning"), contextlib.closing(db.connect()) as database:
        fill(database)
        first, again = planned(database), planned(database)
        chosen, rows, size, passed = sizes(database)
        least = floor(database)
    print(f"planning {STUDENTS:,} students in {COURSES} courses, {POSTINGS:,} postings (goal {GOAL} s)")
    for name, seconds in (("first", first), ("again, over what stood", again)):
        print(f"  {name:<24}{seconds:6.2f} s   {seconds / STUDENTS * 1e6:5.0f} µs a student")
    print(f"  delivery rows alone     {least:6.2f} s   {first / least:4.1f} x (one INSERT … SELECT of as many)")
    print(f"  {chosen:,} chosen; {passed:,} passed over in {rows:,} rows, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
