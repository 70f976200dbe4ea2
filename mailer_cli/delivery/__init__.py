"""The ways a mail leaves: a folder, SMTP, Amazon SES; all behind one `deliver`."""

from collections.abc import Callable

from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import Delivery, DeliveryError, Envelope, Readiness
from mailer_cli.delivery.outbox import Outbox
from mailer_cli.delivery.ses import Ses
from mailer_cli.delivery.smtp import Smtp

DELIVERIES: dict[str, Callable[[MailSettings], Delivery]] = {"outbox": Outbox, "smtp": Smtp, "ses": Ses}

__all__ = ["DELIVERIES", "Delivery", "DeliveryError", "Envelope", "Outbox", "Readiness", "Ses", "Smtp"]
