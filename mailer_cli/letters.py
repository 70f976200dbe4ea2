"""From the database to the mail: an edition's postings and a student, as compose() takes them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jobdb.clock import KST
from jobdb.errors import DataError
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Region
from jobdb.tracks import Track
from mailer_cli.compose import compose
from mailer_cli.config import MailSettings
from mailer_cli.delivery import Envelope
from mailer_cli.message import EditionMail, MailPosting, Recipient
from mailer_cli.mime import to_bytes
from mailer_cli.records import Edition, Student
from mailer_cli.routes import route_of, sender_of
from mailer_cli.store import approvals, postings

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def edition_mail(on: "cursor", edition: Edition, track: Track) -> EditionMail:
    """Return what every mail of an edition shows; DataError names a posting that must not be mailed."""
    try:
        shown = tuple(_mail_posting(row) for row in postings.chosen(on, edition.id))
    except ValueError as error:
        raise DataError(f"edition {edition.id} of {edition.course.name}: {error}; plan it again without it") from None
    slot = edition.slot.astimezone(KST)
    kind = approvals.kind(on, edition.id) or track.kind
    return EditionMail(edition.id, edition.course_id, edition.course.name, track.key, track.label, slot, shown, kind)


def envelope(mail: EditionMail, student: Student, delivery_id: str, settings: MailSettings) -> Envelope:
    """Compose one student's mail; DataError says what cannot be composed, and no address."""
    recipient = Recipient(delivery_id, student.name, student.email)
    try:
        message = compose(mail, recipient, settings)
        return Envelope(
            delivery_id=delivery_id,
            sender=sender_of(student.email, settings),
            recipient=student.email,
            route=route_of(student.email, settings.chunjae_domains),
            message=to_bytes(message, settings, recipient),
            subject=message.subject,
            html=message.html,
            course=mail.course,
            course_key=mail.course_key,
            edition_id=mail.edition_id,
        )
    except ValueError as error:
        raise DataError(f"{mail.course}: the mail of student {student.lms_id} cannot be composed: {error}") from error


def _mail_posting(row: Mapping[str, Any]) -> MailPosting:
    return MailPosting(
        posting_id=row["posting_id"],
        title=row["title"],
        company=row["company"],
        board=row["board"],
        url=row["url"],
        deadline=Deadline(DeadlineKind(row["deadline_kind"]), row["deadline_at"]),
        career=Career(CareerKind(row["career_kind"]), row["career_min"], row["career_max"]),
        regions=tuple(Region(*region) for region in row["regions"]),
        words=tuple(row["words"]),
    )
