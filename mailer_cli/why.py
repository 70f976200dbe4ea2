"""Why a student gets an edition's mail or not, and why a posting is in it or not: the rule that decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobdb.errors import DataError
from jobdb.tracks import ANY_BOARD, Track
from mailer_cli.boardlinks import posting_at
from mailer_cli.config import MailSettings
from mailer_cli.eligibility import SUPPRESSED, Refusal, course_window
from mailer_cli.records import Edition, EditionState, Student
from mailer_cli.report import words
from mailer_cli.screen import when
from mailer_cli.selection import PassedOver, marks_of
from mailer_cli.store import deliveries, editions, whys

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True, slots=True)
class Why:
    """An answer: whether it is in, the rule's name as the database keeps it, and the facts in a sentence."""

    let_in: bool
    rule: str
    told: str


def edition_for(on: "cursor", student_id: int, student: Student, slot: datetime | None) -> Edition:
    """Return the student's edition of a slot, or the latest; DataError when none was planned."""
    edition_id = whys.edition_of(on, student_id, student.course, slot)
    if edition_id is None:
        raise DataError(f"no edition was planned for {student.course}{f' at {when(slot)}' if slot else ''}")
    return editions.find(on, ids=[edition_id])[0]


def why_student(on: "cursor", student_id: int, student: Student, edition: Edition) -> Why:
    """Return why an edition has a mail for a student or not: what was recorded, with the facts as they are now."""
    row = deliveries.of_student(on, edition.id, student_id)
    if row is None:
        return Why(False, "came_later", f"{student.lms_id} came into {student.course} after it was planned")
    _, state, reason = row
    first, last = course_window(edition.course.starts_on, edition.course.ends_on)
    if state != "skipped":
        told = f"mail from {first} to {last}; {student.status}; the switch was on; the address is not suppressed"
        return Why(True, state, told + (f"; {reason}" if reason else ""))
    return Why(False, str(reason), _refusal(on, str(reason), student, edition))


def _refusal(on: "cursor", reason: str, student: Student, edition: Edition) -> str:
    if reason.startswith(SUPPRESSED):
        return _suppression(on, student)
    if reason == Refusal.SAME_ADDRESS:
        others = [lms_id for lms_id in whys.twins(on, edition.id, student.address) if lms_id != student.lms_id]
        return f"{', '.join(others) or 'another student'} has the same address and gets the mail"
    course, day = edition.course, edition.slot.date()
    first, last = course_window(course.starts_on, course.ends_on)
    facts = {
        Refusal.BEFORE_WINDOW: f"{day} is before {first}: the start {course.starts_on} + 4 months 15 days",
        Refusal.AFTER_WINDOW: f"{day} is after {last}: the end {course.ends_on} + 6 months",
        Refusal.EMPLOYED: "the LMS said 취업; mail goes to 교육 중, 수료, 조기 수료",
        Refusal.DROPPED_OUT: "the LMS said 중도 포기; mail goes to 교육 중, 수료, 조기 수료",
        Refusal.WITHDRAWN: "the LMS said 수강철회; mail goes to 교육 중, 수료, 조기 수료",
        Refusal.SWITCHED_OFF: "the LMS's switch for job mail was off",
        Refusal.NOT_ON_ROSTER: f"not on the LMS's roster{_since(student.missing_since)}",
        Refusal.MOVED: f"moved to {student.course} after the edition was planned",
        Refusal.NO_POSTINGS: "nothing was left to send to the course",
        Refusal.NO_RECIPIENTS: "nobody of the course could get the mail",
    }
    told: dict[str, str] = {str(refusal): fact for refusal, fact in facts.items()}
    return told.get(reason, words(reason))


def _suppression(on: "cursor", student: Student) -> str:
    rows = whys.suppression(on, student.address)
    told = [
        f"{words(reason)} since {when(since)}" + (f" until {when(until)}" if until else "") + (detail and f": {detail}")
        for reason, since, until, detail in rows
    ]
    return "; ".join(told) or "suppressed then; lifted, or the address has changed since"


def _since(instant: datetime | None) -> str:
    return f" since {when(instant)}" if instant else " then; it is back"


def why_posting(on: "cursor", named: str, edition: Edition, track: Track, settings: MailSettings) -> Why:
    """Return why a posting (its id, board:id, or link) is in an edition or not; DataError when nobody ever saw it."""
    found = _find(on, named)
    if isinstance(found, Why):
        return found
    if place := whys.position(on, edition.id, found["id"]):
        matched = ", ".join(whys.tracks_of(on, found["id"]).get(edition.course.track, []))
        return Why(True, "chosen", f"no. {place} of {len(whys.chosen(on, edition.id))}; words matched: {matched}")
    if passed := whys.passed_over(on, edition.id, found["id"]):
        reason, rank, count = passed
        told = _passed(on, reason, found, edition, track, settings)
        return Why(False, reason, f"{told}; {rank} of {count} of {found['board']} passed over so, best first")
    return _no_candidate(on, found, edition)


def _find(on: "cursor", named: str) -> dict[str, Any] | Why:
    board, _, board_id = named.partition(":")
    place = posting_at(named if "://" in named else f"https://{named}") or (
        (board, board_id) if board_id.isalnum() else None
    )
    found = whys.posting(on, int(named) if named.isdecimal() and len(named) < 19 else None, place, named)
    if found:
        return found
    if place and (outcome := whys.dropped(on, *place)):
        return Why(False, "dropped", f"the crawl saw it and did not keep it: {words(outcome)}")
    raise DataError("no such posting was ever seen; name its id, board:id or link")


def _passed(
    on: "cursor", reason: str, found: dict[str, Any], edition: Edition, track: Track, settings: MailSettings
) -> str:
    match reason:
        case PassedOver.SENT_BEFORE:
            return _sent_before(on, found, edition, settings)
        case PassedOver.CLOSED:
            return (
                f"closed on {when(found['closed_at'])}: {found['closed_reason']}"
                if found["closed_at"]
                else "closed then"
            )
        case PassedOver.CLOSES_TOO_SOON:
            earliest = edition.slot + timedelta(hours=settings.closes_within_hours)
            return (
                f"it closes on {when(found['deadline_at'])}, before {when(earliest)}"
                if found["deadline_at"]
                else "closed too soon then"
            )
        case PassedOver.SAME_POSTING:
            return f"a copy of it is in the mail: {_like(on, found, edition)}"
        case PassedOver.COMPANY_QUOTA:
            return f"the mail carries {settings.per_company} of {found['company']}: {_of_company(on, found, edition)}"
        case PassedOver.OVER_QUOTA:
            return _over_quota(on, found, edition, track)
        case PassedOver.UPCOMING:
            return "applications were not open yet"
        case _:
            return words(reason)


def _sent_before(on: "cursor", found: dict[str, Any], edition: Edition, settings: MailSettings) -> str:
    copies = whys.copies(on, found["cluster_id"])
    earlier = whys.earlier_mailings(on, edition.course_id, copies, edition.slot)
    if not earlier:
        return (
            f"sent to the course within {settings.memory_months} months, as this or a posting of that company and title"
        )
    slot, posting_id = earlier[0]
    copy = "" if posting_id == found["id"] else f" as its copy {posting_id}"
    return f"sent to the course on {when(slot)}{copy}; remembered for {settings.memory_months} months"


def _like(on: "cursor", found: dict[str, Any], edition: Edition) -> str:
    own = marks_of(found["cluster_id"], found["company_key"], found["title"])
    same = [row for row in whys.chosen(on, edition.id) if not own.isdisjoint(marks_of(row[5], row[3], row[4]))]
    return ", ".join(f"no. {row[0]} of {row[2]} (posting {row[1]})" for row in same) or "no longer told which"


def _of_company(on: "cursor", found: dict[str, Any], edition: Edition) -> str:
    same = [row for row in whys.chosen(on, edition.id) if row[3] == found["company_key"]]
    return ", ".join(f"no. {row[0]} (posting {row[1]})" for row in same) or "no longer told which"


def _over_quota(on: "cursor", found: dict[str, Any], edition: Edition, track: Track) -> str:
    rows, board = whys.chosen(on, edition.id), found["board"]
    if board in track.quota:
        carried = sum(row[2] == board for row in rows)
        return f"{board} {carried} of {track.quota[board]}, {len(rows)} of {track.most} in all"
    if ANY_BOARD in track.quota:
        return f"{len(rows)} of {track.most} from any board"
    return f"the track takes none of {board}"


def _no_candidate(on: "cursor", found: dict[str, Any], edition: Edition) -> Why:
    chosen_at = whys.planned_at(on, edition.id)
    tracks = whys.tracks_of(on, found["id"])
    if edition.state is EditionState.REFUSED:
        return Why(False, "refused", f"the edition was refused: {words(str(edition.reason))}")
    if edition.course.track not in tracks:
        return Why(
            False, "other_track", f"no keyword of {edition.course.track} fits it; tracks: {', '.join(tracks) or 'none'}"
        )
    if chosen_at and found["first_seen"] > chosen_at:
        return Why(False, "seen_later", f"first seen on {when(found['first_seen'])}, chosen on {when(chosen_at)}")
    ended = found["closed_at"] or found["deadline_at"]
    if ended and ended < edition.slot:
        return Why(False, "over", f"closed or ended on {when(ended)}, long before the slot")
    return Why(False, "no_candidate", "it was no candidate when the edition's postings were chosen")
