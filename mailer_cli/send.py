"""Sending, one mail at a time: claim, look again, commit `sending`, deliver, record. Nothing is sent twice blindly."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.errors import DataError
from jobdb.tracks import Track
from mailer_cli import approval, breaker, letters
from mailer_cli.config import MailSettings
from mailer_cli.delivery import Delivery, DeliveryError, Envelope
from mailer_cli.eligibility import SUPPRESSED, Refusal, why_not
from mailer_cli.errors import SendingStopped
from mailer_cli.message import EditionMail
from mailer_cli.pace import Pace
from mailer_cli.records import Claim, DeliveryState, Edition
from mailer_cli.store import attempts, claims, editions, holds, senders
from mailer_cli.store.attempts import Ended
from mailer_cli.store.prepared import few_trips, own_commits

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

LOG = logging.getLogger(__name__)
ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)  # doubled after each attempt that is proven unsent
LOOK_FOR_HARM = 25  # mails between two looks at what events say of the editions


@dataclass(slots=True)
class Mailing:
    """One sender's work on some editions over a connection of its own; several senders may work on the same ones."""

    database: "connection"
    delivery: Delivery
    settings: MailSettings
    tracks: Mapping[str, Track]
    edition_ids: Sequence[int]
    mails: dict[int, EditionMail] = field(default_factory=dict)  # what an edition's mails have in common
    pace: Pace | None = None  # None: as fast as it goes
    sender_id: int = 0
    delivered: int = 0
    at: int = 0  # which of the editions the last mail was of

    def begin(self, now: datetime) -> int:
        """Close the door on planning anew, and return how many leftovers of dead senders became unknown."""
        with self.database, self.database.cursor() as on:
            self.sender_id = senders.register(on, now)
            editions.begin_sending(on, self.edition_ids)
            return senders.give_up_leftovers(on, now)

    def wait(self) -> None:
        """Return when this sender's next mail may leave."""
        if self.pace:
            self.pace.wait()

    def send_one(self, now: datetime) -> bool:
        """Settle one delivery that is ready; False when none is.

        The student is looked at again inside the claim, and `sending` is committed before the provider is called.
        DeliveryError is raised, after it was recorded, when the whole run must stop; SendingStopped when the breaker
        trips or no rate pleases the provider. Any other error leaves the delivery `sending`: nobody knows whether it
        went, and a later run makes it `unknown`.
        """
        with few_trips(self.database) as on:
            claim = self._claim(on, now)
            if claim is None:
                return False
            envelope = self._look_again(on, claim, now)
            if envelope is None:
                return True
            attempts.begin(on, claim, self.delivery.name, self.sender_id, now)
        if self.pace:
            self.pace.used()
        self._deliver(claim, envelope, now)
        return True

    def look_for_harm(self, now: datetime) -> None:
        """Raise SendingStopped, its editions held, when events tell of too many bounces or complaints."""
        with self.database, self.database.cursor() as on:
            cause = breaker.trip_by_harm(on, self.edition_ids, now)
        _stop_for(cause)

    def finish(self) -> None:
        """Close the editions that have nothing left to send."""
        with self.database, self.database.cursor() as on:
            editions.finish(on)

    def _claim(self, on: "cursor", now: datetime) -> Claim | None:
        """Claim from the edition of the last mail first: those before it are done."""
        for edition_id in (*self.edition_ids[self.at :], *self.edition_ids[: self.at]):
            if claim := claims.claim(on, edition_id, now):
                self.at = self.edition_ids.index(edition_id)
                return claim
        return None

    def _look_again(self, on: "cursor", claim: Claim, now: datetime) -> Envelope | None:
        """Return the mail of a claimed delivery, or None when it must not go: then the reason was written down."""
        if refusal := look_again(on, claim):
            claims.put_aside(on, claim.delivery_id, "skipped", refusal, now)
        elif self._is_late(claim, now):
            claims.put_aside(on, claim.delivery_id, "held", "late", now)
        else:
            return self._compose(on, claim, now)
        return None

    def _is_late(self, claim: Claim, now: datetime) -> bool:
        latest = claim.edition.slot + timedelta(hours=self.settings.late_after_hours)
        return now > latest and not claim.late_reason

    def _compose(self, on: "cursor", claim: Claim, now: datetime) -> Envelope | None:
        mail = self._mail(on, claim.edition)
        try:
            return letters.envelope(mail, claim.student, claim.delivery_id, self.settings)
        except DataError as error:
            claims.put_aside(on, claim.delivery_id, "failed", str(error), now)
        return None

    def _mail(self, on: "cursor", edition: Edition) -> EditionMail:
        if edition.id not in self.mails:
            track = self.tracks[edition.course.track]
            mail = letters.edition_mail(on, edition, track)
            approval.refuse_unapproved(on, mail, track, self.settings)
            self.mails[edition.id] = mail
        return self.mails[edition.id]

    def _deliver(self, claim: Claim, envelope: Envelope, now: datetime) -> None:
        try:
            message_id = self.delivery.deliver(envelope)
        except DeliveryError as error:
            self._end(claim, verdict_on(error, claim.attempts + 1, now), now)
            self._after_failure(error, now)
            return
        self._end(claim, Ended("accepted", DeliveryState.ACCEPTED, message_id=message_id), now)
        self.delivered += 1
        if self.delivered % LOOK_FOR_HARM == 0:
            self.look_for_harm(now)

    def _end(self, claim: Claim, ended: Ended, now: datetime) -> None:
        with own_commits(self.database), self.database.cursor() as on:
            attempts.end(on, claim.attempt_id, ended, now)
            if ended.state is DeliveryState.READY:
                holds.catch_up(on, claim.delivery_id, now)
        told = {"delivery": claim.delivery_id, "edition": claim.edition.id, "attempt": claim.attempt_id}
        LOG.info("%s by %s", ended.outcome, self.delivery.name, extra=told)

    def _after_failure(self, error: DeliveryError, now: datetime) -> None:
        if error.stop:
            raise error
        if error.too_fast:
            if self.pace is None:
                raise error  # nobody could slow it down
            self.pace.slow_down()
        if error.ambiguous:
            with self.database, self.database.cursor() as on:
                cause = breaker.trip_by_unknowns(on, self.delivery.name, self.edition_ids, now)
            _stop_for(cause)


def _stop_for(cause: str | None) -> None:
    if cause:
        raise SendingStopped(f"the breaker tripped: {cause}; what was left is held until `mailer resume`")


def look_again(on: "cursor", claim: Claim) -> str | None:
    """Return why a claimed delivery must not be sent after all: what was planned may be days old."""
    student, course = claim.student, claim.edition.course
    if student.course != course.name:
        return Refusal.MOVED
    if refusal := why_not(student, course, claim.edition.slot.date()):
        return refusal
    if claim.suppressed:
        return SUPPRESSED + claim.suppressed
    moved_in = student.address != claim.address and not claims.readdress(on, claim, student.address)
    return Refusal.SAME_ADDRESS if moved_in else None


def verdict_on(error: DeliveryError, attempt: int, now: datetime) -> Ended:
    """Return what a failed attempt, a delivery's so manieth, comes to: what stops or slows all costs no attempt."""
    text = str(error)
    if error.ambiguous:
        return Ended("unknown", DeliveryState.UNKNOWN, text)
    if error.permanent:
        return Ended("failed", DeliveryState.FAILED, text)
    if error.stop or error.too_fast:
        return Ended("not_sent", DeliveryState.READY, text, attempts=0)
    if attempt >= ATTEMPTS:
        return Ended("not_sent", DeliveryState.FAILED, text)
    return Ended("not_sent", DeliveryState.READY, text, next_try_at=now + FIRST_PAUSE * 2 ** (attempt - 1))
