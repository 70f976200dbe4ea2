"""What messages brought, counted."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Taken:
    """What some messages brought; `new` counts events by kind, `ignored` messages by why they tell nothing."""

    received: int = 0
    new: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    unmatched: int = 0  # new ones of no mail of ours
    unreadable: int = 0  # newly kept for a person
    ignored: Counter[str] = field(default_factory=Counter)
    accepted: int = 0  # mails that an event proved to have gone
    suppressed: list[tuple[str, str]] = field(default_factory=list)  # (address, reason), newly
    tripped: list[str] = field(default_factory=list)  # why the breaker held editions

    def add(self, other: "Taken") -> None:
        """Count another batch in."""
        self.received += other.received
        self.new += other.new
        self.repeated += other.repeated
        self.unmatched += other.unmatched
        self.unreadable += other.unreadable
        self.ignored += other.ignored
        self.accepted += other.accepted
        self.suppressed += other.suppressed
        self.tripped += other.tripped
