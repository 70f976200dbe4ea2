"""What every delivery takes, gives back and raises."""

from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from jobdb.masking import masked as masked
from jobdb.masking import without_addresses as without_addresses


class DeliveryError(Exception):
    """A mail was not handed over, or nobody can tell; the text holds no addresses.

    With no flag the mail is proven unsent and may be tried again later.
    `permanent`: refused for good, as it is. `ambiguous`: the provider may have taken it, so it must not be sent
    again blindly. `stop`: proven unsent, and the next mails would fare no better, so the run ends here; `quota` says
    that the day's quota is why. `too_fast`: proven unsent, and the provider asks for fewer mails a second.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        stop: bool = False,
        quota: bool = False,
        too_fast: bool = False,
    ) -> None:
        super().__init__(without_addresses(text))
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.stop = stop or quota
        self.quota = quota
        self.too_fast = too_fast


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail to one recipient, ready to leave. ValueError when the delivery id is no uuid or an address is unsafe."""

    delivery_id: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    route: Literal["default", "chunjae"]
    message: bytes = field(repr=False)
    subject: str
    html: str = field(repr=False)
    course: str
    course_key: str  # the same for programs, in ASCII: bigdata-7
    edition_id: int

    def __post_init__(self) -> None:
        UUID(self.delivery_id)  # it becomes a file's name
        for address in (self.sender, self.recipient):
            if not (address.isascii() and address.isprintable()) or set(address) & set(" <>") or "@" not in address:
                raise ValueError("an envelope's addresses are plain ASCII like name@example.com")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a way's own preflight found amiss, a line each, and how many mails a second it takes (None: any)."""

    findings: tuple[str, ...] = ()
    rate: float | None = None


class Delivery(Protocol):
    """A way out of the house."""

    name: str
    at_most: int  # senders that may use this one at the same time; 1: each needs its own

    def readiness(self, mails: int) -> Readiness:
        """Look whether so many mails could leave now; sends nothing and raises nothing."""
        ...

    def deliver(self, envelope: Envelope) -> str:
        """Hand the mail over once and return the provider's id of it; DeliveryError otherwise."""
        ...

    def close(self) -> None:
        """Let go of connections and finish files; may be called twice."""
        ...
