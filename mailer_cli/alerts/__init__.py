"""Telling people what is wrong and what is over: words, mail, webhook, heartbeat."""

from mailer_cli.alerts.tell import Untold, heartbeat, tell
from mailer_cli.alerts.words import Alert, alert_of

__all__ = ["Alert", "Untold", "alert_of", "heartbeat", "tell"]
