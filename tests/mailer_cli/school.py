"""A school in the test's database: courses, students and postings, each ordinary unless told otherwise."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.tracks import Track
from mailer_cli.plan import Planner
from mailer_cli.records import Course, Edition, Status, Student
from mailer_cli.send import Mailing
from mailer_cli.store import editions, roster, whys
from tests.mailer_cli.samples import LINKS, SLOT, settings

if TYPE_CHECKING:
    from psycopg2.extensions import connection

    from mailer_cli.delivery import Delivery

NOON = SLOT.replace(hour=12)  # five hours before the slot
TRACKS = {
    "bigdata": Track("bigdata", "빅데이터", ("데이터",), (), {"saramin": 2, "jumpit": 1}),
    "pm": Track("pm", "PM", ("기획",), (), {"any": 2}),
}
BIGDATA = Course("BIGDATA 77", "bigdata", date(2026, 4, 1), date(2026, 10, 30))


class School:
    """What a test puts into the database, in the words of the field."""

    def __init__(self, database: "connection") -> None:
        self.database = database
        self.planner = Planner(TRACKS, settings())
        self.number = 0

    def student(self, lms_id: str, course: Course = BIGDATA, **changes: object) -> None:
        values: dict[str, object] = {
            "lms_id": lms_id,
            "name": "홍길동",
            "email": f"{lms_id}@example.com",
            "phone": "",
            "course": course.name,
            "status": Status.STUDYING,
            "mail_on": True,
            "updated_at": SLOT - timedelta(days=9),
        }
        with self.database, self.database.cursor() as on:
            roster.write(on, [course], [Student(**(values | changes))])  # type: ignore[arg-type]

    def posting(
        self,
        board: str = "saramin",
        title: str = "",
        words: int = 1,
        track: str = "bigdata",
        days: int | None = 10,
        company: str = "",
    ) -> int:
        """Store an open posting and return its id; `days` from the slot to its end, None for 상시채용.

        Each is of a company of its own unless one is named.
        """
        self.number += 1
        company = company or f"푸른바다 {self.number}"
        at = None if days is None else SLOT + timedelta(days=days)
        title = title or f"데이터 분석가 {self.number}"
        row = (
            board, str(self.number), LINKS[board].format(self.number), title, f"㈜{company}", company,
            "dated" if at else "open_ended", at, SLOT - timedelta(days=3),
        )  # fmt: skip
        with self.database, self.database.cursor() as on:
            on.execute(
                """
                INSERT INTO posting (board, board_id, url, title, company, company_key, deadline_kind, deadline_at,
                    career_kind, education, employment, regions, remote, pay, skills, body, image_only, raw,
                    first_seen, last_seen)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s,
                    'both', 'any', '{}', '[["서울", null]]', false, '', '{}', '', false, '{}', %s, now())
                RETURNING id
                """,
                row,
            )
            (posting_id,) = on.fetchone() or (0,)
            on.execute(
                "INSERT INTO posting_track VALUES (%s, %s, %s)", (posting_id, track, [str(n) for n in range(words)])
            )
        return posting_id

    def plan(self, slot: datetime = SLOT, now: datetime = NOON) -> list[Edition]:
        return self.planner.plan(self.database, slot, now)

    def ready(self) -> list[int]:
        """Plan the slot, take every posting for checked, and return the ids of the editions."""
        self.plan()
        with self.database, self.database.cursor() as on:
            found = [edition for edition in editions.find(on) if edition.state == "planned"]
            for edition in found:
                editions.pass_check(on, edition.id, NOON)
        return [edition.id for edition in found]

    def mailing(self, delivery: "Delivery", ids: list[int]) -> Mailing:
        return Mailing(self.database, delivery, settings(), TRACKS, ids)

    def rows(self, statement: str, *values: object) -> list[tuple]:
        with self.database, self.database.cursor() as on:
            on.execute(statement, values)
            return on.fetchall()

    def run(self, statement: str, *values: object) -> None:
        with self.database, self.database.cursor() as on:
            on.execute(statement, values)

    def chosen(self) -> list[int]:
        statement = "SELECT posting_id FROM edition_posting ORDER BY edition_id, position"
        return [posting_id for (posting_id,) in self.rows(statement)]

    def passed(self) -> dict[int, str]:
        """Posting id -> the reason that an edition passes it over for."""
        pairs = self.rows("SELECT edition.id, posting.id FROM edition, posting ORDER BY edition.id")
        with self.database, self.database.cursor() as on:
            told = [(posting_id, whys.passed_over(on, edition_id, posting_id)) for edition_id, posting_id in pairs]
        return {posting_id: passed[0] for posting_id, passed in told if passed}

    def mails(self) -> dict[str, tuple[str, str | None]]:
        """LMS id -> (state, reason) of the deliveries."""
        found = self.rows(
            "SELECT lms_id, state, reason FROM delivery JOIN student ON student.id = student_id ORDER BY edition_id"
        )
        return {lms_id: (state, reason) for lms_id, state, reason in found}

    def close(self, posting_ids: Collection[int], at: datetime = NOON) -> None:
        self.run(
            "UPDATE posting SET closed_at = %s, closed_reason = 'board says closed' WHERE id = ANY(%s)",
            at, list(posting_ids),
        )  # fmt: skip
