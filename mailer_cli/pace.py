"""How fast mails may leave: departures reserved in the database, so that all senders together keep one rate."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer_cli.errors import SendingStopped
from mailer_cli.store import rate

if TYPE_CHECKING:
    from psycopg2.extensions import connection

BLOCK = 0.05  # seconds of departures that one sender reserves at once: a fast way needs fewer trips to the database


@dataclass(slots=True)
class Pace:
    """One sender's share of a way's rate (mails a second). `sleep` may return early when the run is to end."""

    database: "connection"
    way: str
    rate: float
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    departures: list[float] = field(default_factory=list)

    def wait(self) -> None:
        """Return at this sender's next departure; one that was not used is kept."""
        if not self.departures:
            self._reserve()
        if (ahead := self.departures[0] - self.clock()) > 0:
            self.sleep(ahead)

    def used(self) -> None:
        """Say that a mail left at the departure that was waited for."""
        self.departures.pop(0)

    def slow_down(self) -> None:
        """Halve the rate for all senders, and let nothing leave for a while; SendingStopped when no rate pleases."""
        self.departures.clear()
        jitter = random.uniform(1, 1.25)  # noqa: S311 (no secret)
        with self.database, self.database.cursor() as on:
            halvings = rate.slow_down(on, self.way, jitter)
        if halvings > rate.LONGEST:
            raise SendingStopped(
                f"{self.way} calls every rate too fast, even 1/{2**rate.LONGEST} of {self.rate:g} mails a second; "
                "look at the account and run `mailer send` again"
            )

    def _reserve(self) -> None:
        count = max(1, int(self.rate * BLOCK))
        with self.database, self.database.cursor() as on:
            first, gap = rate.take(on, self.way, self.rate, count)
        begin = self.clock() + first
        self.departures = [begin + gap * number for number in range(count)]
