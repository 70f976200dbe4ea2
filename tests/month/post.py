"""What comes back of mails, in the clock's time: SES's notices and readers' hits, late, repeated and out of order."""

import heapq
import json
import random
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.readers import click, hit, visits
from sandbox.ses import Accepted
from sandbox.ses.events import in_envelope
from tests.circle.queues import put
from tests.month.school import School

REPEATED, LATE = 0.2, 0.04
A_WHILE, LATER = timedelta(minutes=4), timedelta(hours=9)
LIFE = {"unsubscribe", "Bounce", "Complaint"}  # what ends mail to an address


@dataclass
class Post:
    """The way from SES and the endpoint into the queue. `told` is what the product has taken: delivery -> what.

    Some messages are hours late, but for those that a mail was sent: without them a lost answer is a case for a person.
    """

    queue: str
    school: School
    dice: random.Random
    held_until: datetime | None = None  # nothing comes before
    waiting: list[tuple[datetime, int, str]] = field(default_factory=list)
    brought: list[str] = field(default_factory=list)  # in the queue and not taken yet
    told: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    recipients: dict[str, str] = field(default_factory=dict)
    number: int = 0
    repeated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, told: dict[str, Any]) -> None:
        """Take what SES tells of a mail (as sandbox.ses.Postman does): it comes some minutes later, or hours."""
        about = told.get(told["eventType"].lower(), {})
        at = datetime.fromisoformat((about.get("timestamp") or told["mail"]["timestamp"]).replace("Z", "+00:00"))
        self._send(at, told)

    def read(self, mail: Accepted) -> None:
        """Let the reader of a mail do what readers do; SES sees no clicks of mails without a configuration set."""
        self.recipients[mail.delivery_id] = mail.recipient.lower()
        for visit in visits(mail):
            if visit.what != "click":
                self._send(_next_hour(mail.at + visit.after), dict(hit(mail, visit)))
            elif mail.configuration_set:
                self._send(_next_hour(mail.at + visit.after), click(mail, visit))

    def _send(self, at: datetime, told: dict[str, Any]) -> None:
        with self.lock:
            enveloped = "mail" in told and self.dice.random() < 0.5
            body = json.dumps(in_envelope(told) if enveloped else told, ensure_ascii=False)
            copies = 2 if self.dice.random() < REPEATED else 1
            self.repeated += copies - 1
            for _ in range(copies):
                self.number += 1
                is_late = told.get("eventType") != "Send" and self.dice.random() < LATE
                delay = LATER if is_late else A_WHILE
                heapq.heappush(self.waiting, (at + self.dice.random() * delay, self.number, body))

    def bring(self, now: datetime) -> bool:
        """Put into the queue what is due, in any order; tell whether a notice or a refusal was among it."""
        if self.held_until and now < self.held_until:
            return False
        due = []
        with self.lock:
            while self.waiting and self.waiting[0][0] <= now:
                due.append(heapq.heappop(self.waiting)[2])
        self.dice.shuffle(due)
        put(self.queue, due)
        self.brought += due
        return any(_kind(json.loads(body)) not in ("open", "Click") for body in due)

    def taken(self) -> None:
        """The product has read the queue."""
        for body in self.brought:
            self._learn(json.loads(body))
        self.brought.clear()

    def _learn(self, told: dict[str, Any]) -> None:
        kind, told = _kind(told), _opened(told)
        if "hit" in told:
            delivery, address = told["delivery"], self.recipients[told["delivery"]]
        else:
            (address,) = told["mail"]["destination"]
            delivery = told["mail"]["tags"]["delivery"][0]
        first = not self.told[delivery][kind]
        self.told[delivery][kind] += 1
        bounce = told.get("bounce", {})
        if kind in LIFE and bounce.get("bounceType", "Permanent") == "Permanent":
            self.school.gone.add(address.lower())
        elif bounce.get("bounceSubType") == "MailboxFull" and first:
            self.school.bounced_full(address.lower())


def _opened(told: dict[str, Any]) -> dict[str, Any]:
    return json.loads(told["Message"]) if "Message" in told else told


def _kind(told: dict[str, Any]) -> str:
    opened = _opened(told)
    return opened.get("hit") or opened["eventType"]


def _next_hour(at: datetime) -> datetime:
    """What readers do is brought by the hour, so that the driver need not look each ten minutes."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=55)
