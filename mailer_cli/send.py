"""Sending, one mail at a time: claim, look again, commit `sending`, deliver, record. Nothing is sent twice blindly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.tracks import Track
from mailer_cli import letters
from mailer_cli.config import MailSettings
from mailer_cli.delivery import Delivery, DeliveryError, Envelope
from mailer_cli.eligibility import Refusal, why_not
from mailer_cli.message import EditionMail
from mailer_cli.records import Claim, DeliveryState, Edition
from mailer_cli.store import deliveries, editions

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)  # doubled after each attempt that is proven unsent
DEAD_AFTER = timedelta(minutes=10)  # no provider keeps a sender waiting for so long


@dataclass(slots=True)
class Mailing:
    """One sender's work on some editions; several senders may work on the same ones."""

    database: "connection"
    delivery: Delivery
    settings: MailSettings
    tracks: Mapping[str, Track]
    edition_ids: Sequence[int]
    mails: dict[int, EditionMail] = field(default_factory=dict)  # what an edition's mails have in common

    def begin(self, now: datetime) -> int:
        """Close the door on planning anew, and return how many leftovers of a dead sender became unknown."""
        with self.database, self.database.cursor() as on:
            editions.begin_sending(on, self.edition_ids)
            return deliveries.give_up_leftovers(on, now - DEAD_AFTER, now)

    def send_one(self, now: datetime) -> bool:
        """Settle one delivery that is ready; False when none is.

        The student is looked at again inside the claim, and `sending` is committed before the provider is called.
        DeliveryError is raised, after it was recorded, when the whole run must stop. Any other error leaves the
        delivery `sending`: nobody knows whether it went, and a later run makes it `unknown`.
        """
        with self.database, self.database.cursor() as on:
            claim = deliveries.claim(on, self.edition_ids, now)
            if claim is None:
                return False
            if refusal := look_again(on, claim):
                deliveries.skip(on, claim.delivery_id, refusal, now)
                return True
            envelope = letters.envelope(self._mail(on, claim.edition), claim.student, claim.delivery_id, self.settings)
            attempt_id = deliveries.begin_attempt(on, claim.delivery_id, self.delivery.name, now)
        self._deliver(claim, envelope, attempt_id, now)
        return True

    def finish(self) -> None:
        """Close the editions that have nothing left to send."""
        with self.database, self.database.cursor() as on:
            editions.finish(on)

    def _mail(self, on: "cursor", edition: Edition) -> EditionMail:
        if edition.id not in self.mails:
            self.mails[edition.id] = letters.edition_mail(on, edition, self.tracks[edition.course.track])
        return self.mails[edition.id]

    def _deliver(self, claim: Claim, envelope: Envelope, attempt_id: int, now: datetime) -> None:
        try:
            message_id = self.delivery.deliver(envelope)
        except DeliveryError as error:
            self._record_failure(claim, attempt_id, error, now)
            if error.stop:
                raise
            return
        with self.database, self.database.cursor() as on:
            deliveries.end_attempt(on, attempt_id, "accepted", None, now)
            deliveries.settle(
                on, claim.delivery_id, DeliveryState.ACCEPTED, now, message_id=message_id, attempts=claim.attempts + 1
            )

    def _record_failure(self, claim: Claim, attempt_id: int, error: DeliveryError, now: datetime) -> None:
        attempts = claim.attempts + (not error.stop)  # what stops the run is no fault of this mail
        state, outcome = verdict_on(error, attempts)
        retry = now + FIRST_PAUSE * 2 ** (attempts - 1) if state is DeliveryState.READY and not error.stop else None
        with self.database, self.database.cursor() as on:
            deliveries.end_attempt(on, attempt_id, outcome, str(error), now)
            deliveries.settle(
                on, claim.delivery_id, state, now, reason=str(error), attempts=attempts, next_try_at=retry
            )


def look_again(on: "cursor", claim: Claim) -> Refusal | None:
    """Return why a claimed delivery must not be sent after all: what was planned may be days old."""
    student, course = claim.student, claim.edition.course
    if student.course != course.name:
        return Refusal.MOVED
    if refusal := why_not(student, course, claim.edition.slot.date()):
        return refusal
    moved_in = student.address != claim.address and not deliveries.readdress(on, claim, student.address)
    return Refusal.SAME_ADDRESS if moved_in else None


def verdict_on(error: DeliveryError, attempts: int) -> tuple[DeliveryState, str]:
    """Return what a failed attempt makes of its delivery, and the attempt's outcome."""
    if error.ambiguous:
        return DeliveryState.UNKNOWN, "unknown"
    if error.permanent:
        return DeliveryState.FAILED, "failed"
    return (DeliveryState.FAILED if attempts >= ATTEMPTS else DeliveryState.READY), "not_sent"
