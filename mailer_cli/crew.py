"""A run of several senders at once: a provider's answer takes longer than the work between two mails."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime

from mailer_cli.send import Mailing


@dataclass(slots=True)
class Crew:
    """Senders that work side by side until nothing is ready, the limit is reached, or one of them must stop.

    Each has a connection and a delivery of its own. `settled` is called after each mail, from their threads.
    """

    mailings: Sequence[Mailing]
    now: Callable[[], datetime]
    settled: Callable[[], None]
    limit: int | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    begun: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> int:
        """Return how many deliveries were settled; the first error of a sender is raised once all have ended.

        An interruption lets the mails that are on their way end: it leaves nothing unknown.
        """
        with ThreadPoolExecutor(len(self.mailings), "sender") as pool:
            working = [pool.submit(self._work, mailing) for mailing in self.mailings]
            try:
                wait(working)
            finally:
                self.stop.set()
        return sum(_result(ended) for ended in working)

    def _work(self, mailing: Mailing) -> int:
        count = 0
        try:
            while self._may_begin(mailing) and mailing.send_one(self.now()):
                self.settled()
                count += 1
        except BaseException:
            self.stop.set()
            raise
        return count

    def _may_begin(self, mailing: Mailing) -> bool:
        """Wait for this sender's turn; False when the run is over."""
        if self.stop.is_set() or not self._counted():
            return False
        mailing.wait()
        return not self.stop.is_set()

    def _counted(self) -> bool:
        with self.lock:
            self.begun += 1
            return self.limit is None or self.begun <= self.limit


def _result(ended: Future[int]) -> int:
    return ended.result()
