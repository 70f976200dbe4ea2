"""The made-up SES of the month: it loses answers, ends senders, and asks the driven clock for the quota."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jobdb import clock
from sandbox.ses import Account, Fault, Refused

IDENTITIES = {"mail.example.com": None, "plain.example.com": None}
LOST = Refused(502, "", "Bad Gateway", by_aws=False)
COUNTING = threading.Lock()


@dataclass(slots=True)
class Provider(Account):
    """An account; of the mails that SES reports of, the answer to each `loses`-th is lost (0: to none)."""

    loses: int = 0
    reported: int = 0
    lost: int = 0
    calls_left: int = 0
    act: Callable[[], object] | None = None
    sender: Callable[[], int | None] = lambda: None
    killed: int = 0

    def send(self, request: dict[str, Any]) -> str:
        """Take a mail, and now and then let nobody hear of it."""
        message_id = Account.send(self, request)
        if request.get("ConfigurationSetName") and self.loses:
            with COUNTING:
                self.reported += 1
                is_lost = self.reported % self.loses == 0
                self.lost += is_lost
            if is_lost:
                raise LOST
        return message_id

    def then(self, calls: int, act: Callable[[], object]) -> None:
        """Let something happen in the middle of a call, after so many."""
        self.calls_left, self.act = calls, act

    def called(self) -> None:
        """Count a call."""
        with COUNTING:
            self.calls_left -= 1
            act = self.act if self.calls_left == 0 else None
        if act:
            act()

    def kill(self) -> None:
        """End the sender in the middle of a call that is never taken; others are on their way."""
        if pid := self.sender():
            self.faults.append(Fault.HANG_UP_BEFORE)
            os.kill(pid, signal.SIGKILL)
            self.killed += 1

    def use_up_quota(self) -> None:
        """Take no more mails today."""
        self.quota = len(self.taken_at)


def provider() -> Provider:
    """An account of the clock's time that takes mails as fast as they come."""
    return Provider(IDENTITIES, rate=100_000, quota=1_000_000, clock=lambda: clock.now().timestamp())
