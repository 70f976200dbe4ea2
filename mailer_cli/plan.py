"""The next mailing: an edition for every course, its postings, and a row for every student."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.boards import BOARDS
from jobdb.errors import DataError
from jobdb.posting import Deadline, DeadlineKind
from jobdb.tracks import Track
from mailer_cli.config import MailSettings
from mailer_cli.eligibility import Refusal, outside_window, verdicts
from mailer_cli.message import leads_to_board
from mailer_cli.records import Course, Edition, EditionState, Intent, Student
from mailer_cli.selection import Candidate, Choice, Market, Memory
from mailer_cli.store import deliveries, editions, postings, roster, suppressions

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

STARTED = (EditionState.SENDING, EditionState.SENT, EditionState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Planner:
    """What planning goes by: the tracks of courses.toml and the mailer's settings."""

    tracks: Mapping[str, Track]
    settings: MailSettings
    markets: dict[tuple[str, datetime], tuple[int, Market]] = field(default_factory=dict)  # track, slot -> id, as read

    def plan(self, database: "connection", slot: datetime, now: datetime) -> list[Edition]:
        """Plan the slot for every course and return the editions that were left alone: sending or sent already.

        An edition that is not yet sending is planned anew, so that new postings and a new roster count.
        Raises DataError when there are no courses, or a course's track is not configured.
        """
        with database, database.cursor() as on:
            courses = roster.courses(on)
            editions.forget_markets(on, slot)
        if not courses:
            raise DataError("there are no courses; run `mailer roster import FILE.csv`")
        for course in courses.values():
            self.track(course)
        self.forget_markets()
        left = [self._plan_course(database, course_id, slot, now) for course_id in courses]
        return [edition for edition in left if edition]

    def track(self, course: Course) -> Track:
        """Return a course's track; DataError when courses.toml no longer has it."""
        if course.track not in self.tracks:
            raise DataError(f"course {course.name}: no [tracks.{course.track}] in courses.toml; restore it")
        return self.tracks[course.track]

    def choose_for(self, on: "cursor", edition: Edition) -> Choice:
        """Choose an edition's postings, write the choice and return it.

        The track's postings are those read since `forget_markets`; what was sent is read anew.
        """
        sent = postings.sent_lately(on, edition.course_id, edition.slot, self.settings.memory_months)
        market_id, market = self._market(on, edition)
        choice = market.choose(self.track(edition.course).quota, Memory.of(sent), self.settings.per_company)
        editions.write_choice(on, edition.id, market_id, choice.chosen, market.by_board(choice), market.left(choice))
        return choice

    def forget_markets(self) -> None:
        """Have the next choices read the postings anew: boards have been asked, or time has passed."""
        self.markets.clear()

    def _market(self, on: "cursor", edition: Edition) -> tuple[int, Market]:
        key = edition.course.track, edition.slot
        if key not in self.markets:
            candidates = [candidate_of(row) for row in postings.candidates(on, *key)]
            market = Market(candidates, edition.slot, timedelta(hours=self.settings.closes_within_hours))
            self.markets[key] = editions.write_market(on, *key, market.shelves), market
        return self.markets[key]

    def _plan_course(self, database: "connection", course_id: int, slot: datetime, now: datetime) -> Edition | None:
        with database, database.cursor() as on:
            edition = editions.hold(on, course_id, slot, now)
            if edition.state in STARTED:
                return edition
            editions.begin_anew(on, edition.id, now)
            students = roster.students(on, course_id)
            suppressed = suppressions.standing(on, slot, {student.address for student in students.values()})
            intents = intents_of(students, edition, suppressed)
            deliveries.write(on, edition.id, intents, now)
            if refusal := _refusal(edition, intents):
                editions.refuse(on, edition.id, refusal, now)
            else:
                self.choose_for(on, edition)
        return None


def intents_of(students: Mapping[int, Student], edition: Edition, suppressed: Mapping[str, str]) -> list[Intent]:
    """Return what an edition means to do for each student; `suppressed` maps addresses to reasons."""
    reasons = verdicts(students, edition.course, edition.slot.date(), suppressed)
    return [Intent(student_id, student.address, reasons[student_id]) for student_id, student in students.items()]


def candidate_of(row: Mapping) -> Candidate:
    """Return the candidate of a row of the store."""
    plain = {
        name: row[name]
        for name in ("posting_id", "board", "title", "company_key", "words", "first_seen", "closed", "cluster_id")
    }
    linked = row["board"] in BOARDS and leads_to_board(row["url"], row["board"])
    return Candidate(
        **plain, deadline=Deadline(DeadlineKind(row["deadline_kind"]), row["deadline_at"]), bad_link=not linked
    )


def _refusal(edition: Edition, intents: Collection[Intent]) -> Refusal | None:
    outside = outside_window(edition.course, edition.slot.date())
    if outside or any(intent.reason is None for intent in intents):
        return outside
    return Refusal.NO_RECIPIENTS
