"""Why a mailing ends early; each cause has its own exit code."""

from jobdb.errors import OperatorError


class SendingStopped(OperatorError):
    """The provider's quota, its refusal of any rate, or the breaker: nothing more is sent in this run."""

    exit_code = 4


class NotReady(OperatorError):
    """What must hold before the first mail does not; the text has a line for each finding."""

    exit_code = 5


class UnknownDeliveries(OperatorError):
    """Nobody can tell of some mails whether they went; an event or an operator decides."""

    exit_code = 6
