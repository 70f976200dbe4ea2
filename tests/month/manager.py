"""The person at the school who reads the alerts, and does what they and the documentation say."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.month.hook import Told
from tests.month.world import World

SOON, PATIENCE = timedelta(minutes=15), timedelta(hours=2)
TOO_LATE = timedelta(hours=3, minutes=10)  # after a slot: by the schedule nothing of it goes any more


@dataclass
class Manager:
    """Acts on what is told, never on what only the test knows; a student can be asked whether a mail came."""

    world: World
    read: int = 0

    def look(self, now: datetime) -> None:
        """Read the alerts that came since the last look."""
        new, self.read = self.world.hook.told[self.read :], len(self.world.hook.told)
        for told in new:
            if not told.over:
                self._heed(told, now)

    def _heed(self, told: Told, now: datetime) -> None:
        if told.subject[0] == "unknown":
            self.world.later(now + PATIENCE, self.settle_unknown)
        if told.subject[0] == "slot":
            slot = now.replace(hour=17, minute=0, second=0, microsecond=0)
            self.world.later(now + SOON, lambda: self.world.by_hand("resume"))
            self.world.later(slot + TOO_LATE, self.send_late)

    def settle_unknown(self) -> None:
        """Ask each student whether the mail came; what did not come is sent again."""
        waiting = json.loads(self.world.by_hand("unknown", "list", "--json"))
        for row in waiting:
            came = any(mail.delivery_id == row["delivery_id"] for mail in self.world.provider.accepted)
            decision = "accepted" if came else "resend"
            self.world.by_hand("unknown", "resolve", row["delivery_id"], decision, "--why", "asked the student")
        if waiting:
            self.world.by_hand("send")

    def send_late(self) -> None:
        """Send what the schedule gave up, if there is something."""
        if self.world.ask("SELECT FROM delivery WHERE state IN ('ready', 'held') LIMIT 1"):
            self.world.by_hand("send", "--late", "the provider refused")
