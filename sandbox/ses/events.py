"""What SES tells of a mail (Send, Delivery, Bounce, Complaint), in its shapes, and a postman who may be a bad one."""

import json
import queue
import random
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.ses.account import Accepted

UNDERWAY = timedelta(seconds=1)
SIMULATOR = "simulator.amazonses.com"
BOUNCES = {  # mailbox of the simulator, or +label of any address -> type, subtype
    "bounce": ("Permanent", "General"),
    "suppressionlist": ("Permanent", "OnAccountSuppressionList"),
    "ooto": ("Transient", "General"),
    "full": ("Transient", "MailboxFull"),
}


def fate(mail: "Accepted") -> str:
    """Return what becomes of a mail: a key of BOUNCES, `complaint`, or anything else: it arrives.

    The simulator's addresses do what they do at Amazon; elsewhere a label does: hong+bounce@example.com.
    """
    local, _, domain = mail.recipient.partition("@")
    return local if domain == SIMULATOR else local.partition("+")[2]


def arrives(mail: "Accepted") -> bool:
    """Tell whether a mail comes into a mailbox where somebody may read it."""
    kind, subkind = BOUNCES.get(fate(mail), ("", ""))
    return kind != "Permanent" and subkind != "MailboxFull"


def told_of(mail: "Accepted") -> Iterator[dict[str, Any]]:
    """Yield the events of a mail that was taken, in the order in which they come to pass."""
    yield event("Send", mail, {})
    destiny, recipients = fate(mail), [mail.recipient]
    if BOUNCES.get(destiny, ("",))[0] == "Permanent":
        yield event("Bounce", mail, _bounce(mail, destiny), UNDERWAY)
        return
    told = {"recipients": recipients, "smtpResponse": "250 ok", "processingTimeMillis": 900}
    yield event("Delivery", mail, told, UNDERWAY)
    if destiny in BOUNCES:
        yield event("Bounce", mail, _bounce(mail, destiny), 2 * UNDERWAY)
    elif destiny == "complaint":
        told = {"complainedRecipients": [{"emailAddress": mail.recipient}], "complaintFeedbackType": "abuse"}
        yield event("Complaint", mail, told | {"feedbackId": f"{mail.message_id}-c"}, timedelta(hours=30))


def event(kind: str, mail: "Accepted", about: Mapping[str, Any], after: timedelta = timedelta(0)) -> dict[str, Any]:
    """Return one event about a mail, so long after it was taken, as SES publishes it."""
    headers = [{"name": name, "value": str(value)} for name, value in message_from_bytes(mail.raw).items()]
    tags = {name: [value] for name, value in mail.tags.items()} | {"ses:configuration-set": [mail.configuration_set]}
    told = {
        "timestamp": _stamp(mail.at),
        "source": mail.sender,
        "messageId": mail.message_id,
        "destination": [mail.recipient],
        "headersTruncated": False,
        "headers": headers,
        "tags": tags,
    }
    timed = {"timestamp": _stamp(mail.at + after)} if about else {}
    return {"eventType": kind, "mail": told, kind.lower(): {**about, **timed}}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bounce(mail: "Accepted", destiny: str) -> dict[str, Any]:
    kind, subkind = BOUNCES[destiny]
    told = [] if destiny == "ooto" else [{"emailAddress": mail.recipient, "action": "failed", "status": "5.1.1"}]
    named = {"bouncedRecipients": told, "feedbackId": f"{mail.message_id}-b"}
    return {"bounceType": kind, "bounceSubType": subkind} | named


def in_envelope(told: dict[str, Any]) -> dict[str, Any]:
    """Return an event as SNS hands it on."""
    return {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:mail-events",
        "Message": json.dumps(told, ensure_ascii=False),
        "Timestamp": told["mail"]["timestamp"],
    }


@dataclass(slots=True)
class Postman:
    """Brings events to a file of JSON lines or to a URL: some twice, some never, late, and out of order, as asked.

    `repeated` and `lost` are shares; `delay` is in seconds; of `shuffled` events that wait, any may go next.
    """

    sink: Path | str  # a string is a URL
    repeated: float = 0
    lost: float = 0
    delay: float = 0
    shuffled: int = 1
    envelope: bool = True
    seed: int = 7
    dice: random.Random = field(init=False)
    waiting: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    calls: "queue.Queue[bytes]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 (a game, no secret)
        if isinstance(self.sink, str):
            threading.Thread(target=self._call, daemon=True).start()

    def post(self, told: dict[str, Any]) -> None:
        """Take one event, and bring those that are due."""
        with self.lock:
            if self.dice.random() >= self.lost:
                copies = 2 if self.dice.random() < self.repeated else 1
                self.waiting += [(time.monotonic() + self.delay, told)] * copies
            self._bring(keep=self.shuffled - 1)
        if self.delay:
            timer = threading.Timer(self.delay, self._bring_late)
            timer.daemon = True
            timer.start()

    def flush(self) -> None:
        """Bring everything that waits, and return when all of it has arrived."""
        with self.lock:
            self.delay = 0
            self.waiting = [(0.0, told) for _, told in self.waiting]
            self._bring(keep=0)
        self.calls.join()

    def _bring_late(self) -> None:
        with self.lock:
            self._bring(keep=self.shuffled - 1)

    def _bring(self, keep: int) -> None:
        while len(due := [entry for entry in self.waiting if entry[0] <= time.monotonic()]) > keep:
            chosen = self.dice.choice(due) if self.shuffled > 1 else due[0]
            self.waiting.remove(chosen)
            self._deliver(json.dumps(in_envelope(chosen[1]) if self.envelope else chosen[1], ensure_ascii=False))

    def _deliver(self, line: str) -> None:
        if isinstance(self.sink, str):
            self.calls.put(line.encode())
            return
        with self.sink.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _call(self) -> None:
        while True:
            body = self.calls.get()
            headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification"}
            try:
                urllib.request.urlopen(urllib.request.Request(str(self.sink), body, headers), timeout=5).close()  # noqa: S310
            except OSError as error:
                print(f"an event was not taken: {error}", flush=True)
            finally:
                self.calls.task_done()
