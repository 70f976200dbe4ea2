"""What the simulator does wrong, once on request or now and then by a seed."""

import random
import threading
from dataclasses import dataclass, field
from enum import Enum


class Refused(Exception):
    """An error answer as SES gives it; without a request id it is as a proxy gives it."""

    def __init__(self, status: int, code: str, words: str, *, by_aws: bool = True) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.by_aws = status, code, words, by_aws


class Fault(Enum):
    """What happens to one sending, in place of answering it or after taking the mail."""

    HANG_UP_BEFORE = "hang-up-before"
    HANG_UP_AFTER = "hang-up-after"
    HANG_BEFORE = "hang-before"  # says nothing for `patience` seconds, then hangs up; the mail not taken
    HANG_AFTER = "hang-after"  # the same, the mail taken
    EMPTY = "empty"  # 200 and nothing else, the mail taken
    CUT_SHORT = "cut-short"  # 200 and half of the answer, the mail taken
    GATEWAY = "gateway"  # 502, the mail taken

    @property
    def takes(self) -> bool:
        """Tell whether the mail is taken all the same."""
        return self not in {Fault.HANG_UP_BEFORE, Fault.HANG_BEFORE}


RATE = Refused(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
QUOTA = Refused(429, "TooManyRequestsException", "Daily message quota exceeded.")
KINDS: dict[str, Fault | Refused] = {fault.value: fault for fault in Fault} | {
    "rate": RATE,
    "quota": QUOTA,
    "500": Refused(500, "InternalServiceError", "try again"),
    "503": Refused(503, "ServiceUnavailable", "busy"),
    "proxy": Refused(403, "", "Forbidden", by_aws=False),
    "rejected": Refused(400, "MessageRejected", "Address blacklisted"),
}


@dataclass(slots=True)
class Mishaps:
    """A share of the sendings goes wrong in one of some ways, drawn from a seed."""

    share: float
    kinds: tuple[str, ...] = tuple(KINDS)
    seed: int = 7
    dice: random.Random = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if wrong := set(self.kinds) - set(KINDS):
            raise ValueError(f"no mishap {', '.join(sorted(wrong))}; there are {', '.join(KINDS)}")
        self.dice = random.Random(self.seed)  # noqa: S311 (a game, no secret)

    def draw(self) -> Fault | Refused | None:
        """Return what happens to the next sending, or None."""
        with self.lock:
            return KINDS[self.dice.choice(self.kinds)] if self.dice.random() < self.share else None
