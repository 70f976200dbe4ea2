"""An SES account: identities with their default configuration sets, limits, and the ledger of what it took."""

import base64
import json
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import jobdb.clock
from sandbox.ses.events import Postman, told_of
from sandbox.ses.faults import QUOTA, RATE, Fault, Mishaps, Refused

TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that was taken at an aware instant.

    `configuration_set` is the one in force, asked for or an identity's default.
    """

    message_id: str
    sender: str
    recipient: str
    configuration_set: str | None
    tags: dict[str, str]
    raw: bytes
    at: datetime

    @property
    def delivery_id(self) -> str:
        """Return our own key of the mail, from its header: the chunjae route has no tags."""
        return str(message_from_bytes(self.raw)["X-Jm-Delivery"])


@dataclass(slots=True)
class Account:
    """What an account knows; `accepted` is the truth of who got mail, kept in the file `ledger` too if there is one."""

    identities: Mapping[str, str | None]
    configuration_sets: Iterable[str] = ("mail_monitoring",)
    rate: float = 14  # mails in any one second
    quota: int = 50_000  # mails in any 24 hours
    enabled: bool = True
    unverified: tuple[str, ...] = ()
    mishaps: Mishaps | None = None
    postman: Postman | None = None
    ledger: Path | None = None
    clock: Callable[[], float] = time.monotonic
    accepted: list[Accepted] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault | Refused] = field(default_factory=deque)
    taken_at: deque[float] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self) -> Fault | Refused | None:
        """Return what goes wrong with the next sending: what was asked for, or by chance."""
        if self.faults:
            return self.faults.popleft()
        return self.mishaps.draw() if self.mishaps else None

    def send(self, request: dict[str, Any]) -> str:
        """Take one mail and return its MessageId, or raise Refused."""
        mail = self._read(request)
        if not self.enabled:
            raise Refused(400, "SendingPausedException", "Email sending is disabled for this account.")
        with self.lock:
            self._admit()
            self.accepted.append(mail)
            if self.ledger:
                self._enter(mail)
        if self.postman and mail.configuration_set:
            for event in told_of(mail):
                self.postman.post(event)
        return mail.message_id

    def _read(self, request: dict[str, Any]) -> Accepted:
        sender, recipients = request["FromEmailAddress"], request["Destination"].get("ToAddresses", [])
        identity = self._identity(sender)
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])}
        if len(recipients) != 1 or not all(TAG.fullmatch(word) for pair in tags.items() for word in pair):
            raise Refused(400, "BadRequestException", "One recipient and plain tags are expected.")
        raw = base64.b64decode(request["Content"]["Raw"]["Data"])
        if not message_from_bytes(raw)["From"]:
            raise Refused(400, "MessageRejected", "Missing required header 'From'.")
        chosen = request.get("ConfigurationSetName") or self._default_set(sender, identity)
        if chosen and chosen not in self.configuration_sets:
            raise Refused(404, "NotFoundException", f"Configuration set <{chosen}> does not exist.")
        return Accepted(f"0100{uuid.uuid4().hex}-000000", sender, recipients[0], chosen, tags, raw, jobdb.clock.now())

    def _identity(self, sender: str) -> str:
        """Return the verified identity that a sender falls under: the address first, then its domain."""
        for name in (sender, sender.rpartition("@")[2]):
            if name in self.identities and name not in self.unverified:
                return name
        raise Refused(400, "MessageRejected", f"Email address is not verified. These identities failed: {sender}")

    def _default_set(self, sender: str, identity: str) -> str | None:
        return self.identities[identity] or self.identities.get(sender.rpartition("@")[2])

    def _admit(self) -> None:
        now = self.clock()
        while self.taken_at and self.taken_at[0] <= now - 86_400:
            self.taken_at.popleft()
        if len(self.taken_at) >= self.quota:
            raise QUOTA
        in_a_second = max(1, int(self.rate))
        if len(self.taken_at) >= in_a_second and self.taken_at[-in_a_second] > now - 1:
            raise RATE
        self.taken_at.append(now)

    def _enter(self, mail: Accepted) -> None:
        assert self.ledger
        row = asdict(mail) | {"raw": None, "delivery": mail.delivery_id, "at": mail.at.timestamp()}
        with self.ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def about(self, path: str) -> dict[str, Any]:
        """Answer the questions that a preflight asks, or raise Refused."""
        kind, _, name = path.removeprefix("/v2/email/").partition("/")
        if kind == "account":
            used = {"Max24HourSend": self.quota, "MaxSendRate": self.rate, "SentLast24Hours": len(self.taken_at)}
            standing = {"ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY", "SendQuota": used}
            return {"SendingEnabled": self.enabled} | standing
        if kind == "identities" and name in self.identities:
            default = self.identities[name]
            verified = {"VerifiedForSendingStatus": name not in self.unverified}
            return verified | ({"ConfigurationSetName": default} if default else {})
        if kind == "configuration-sets" and name in self.configuration_sets:
            return {"ConfigurationSetName": name, "SendingOptions": {"SendingEnabled": True}}
        raise Refused(404, "NotFoundException", f"{path} does not exist.")
