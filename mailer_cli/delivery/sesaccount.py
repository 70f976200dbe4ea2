"""What Amazon SES says of the account before a run: identities, the configuration set, limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
from botocore import exceptions as aws
from botocore.config import Config
from botocore.parsers import ResponseParserError

from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import Readiness

QUESTIONS = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=15)
SHARE = 0.8  # of MaxSendRate: other programs of the account send too, and a refusal costs more than patience
UNLIMITED = -1.0  # SES's word for no daily quota


def readiness(settings: MailSettings, mails: int) -> Readiness:
    """Return every finding at once, and min(configured rate, 0.8 of the account's)."""
    try:
        client = boto3.client("sesv2", region_name=settings.ses.region, config=QUESTIONS)
    except aws.BotoCoreError as error:
        return Readiness((f"SES cannot be asked: {error}",), float(settings.ses.rate))
    try:
        return Questions(client, settings).answers(mails)
    finally:
        client.close()


@dataclass(slots=True)
class Questions:
    """One look at an account."""

    client: Any
    settings: MailSettings
    findings: list[str] = field(default_factory=list)

    def answers(self, mails: int) -> Readiness:
        """Ask everything, though something was amiss already."""
        rate = self._account(mails)
        self._sender(self.settings.sender_address)
        self._configuration_set()
        if self.settings.chunjae_domains:
            self._sender(self.settings.ses.chunjae_sender)
            self._no_default_set(self.settings.ses.chunjae_sender)
        return Readiness(tuple(dict.fromkeys(self.findings)), rate)

    def _account(self, mails: int) -> float:
        account = self._ask("the account", self.client.get_account)
        if account is None:
            return float(self.settings.ses.rate)
        if not account.get("SendingEnabled", True) or account.get("EnforcementStatus") == "SHUTDOWN":
            self.findings.append("SES has sending switched off for this account")
        quota = account["SendQuota"]
        left = int(quota["Max24HourSend"] - quota["SentLast24Hours"])
        if quota["Max24HourSend"] != UNLIMITED and left < mails:
            self.findings.append(f"SES lets {max(0, left)} more mails out within 24 hours, and {mails} are to go")
        return min(float(self.settings.ses.rate), SHARE * quota["MaxSendRate"])

    def _sender(self, address: str) -> None:
        known = list(self._identities(address))
        if not any(identity.get("VerifiedForSendingStatus") for identity in known):
            self.findings.append(f"SES has neither {address} nor its domain verified for sending")

    def _configuration_set(self) -> None:
        name = self.settings.ses.configuration_set
        found = self._ask(name, partial(self.client.get_configuration_set, ConfigurationSetName=name), missing={})
        if found == {}:
            self.findings.append(f"SES has no configuration set {name}")
        elif found and not found.get("SendingOptions", {}).get("SendingEnabled", True):
            self.findings.append(f"SES has sending switched off for configuration set {name}")

    def _no_default_set(self, address: str) -> None:
        """Look for a default set: a mail that names none gets its address's, or else its domain's."""
        for identity in self._identities(address):
            if name := identity.get("ConfigurationSetName"):
                self.findings.append(
                    f"SES puts the default configuration set {name} on the chunjae route's {address}; "
                    "take it off the identity"
                )

    def _identities(self, address: str) -> Iterator[dict[str, Any]]:
        for name in (address, address.rpartition("@")[2]):
            if asked := self._ask(name, partial(self.client.get_email_identity, EmailIdentity=name), missing={}):
                yield asked

    def _ask(
        self, about: str, question: Callable[[], dict[str, Any]], missing: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """Return the answer, `missing` where SES knows no such thing, or None with a finding where it gave none."""
        try:
            answer = question()
            answer.pop("ResponseMetadata", None)
            return answer
        except aws.ClientError as error:
            if missing is not None and error.response["Error"].get("Code") == "NotFoundException":
                return missing
            self.findings.append(f"SES does not say how {about} stands: {error}")
        except (aws.BotoCoreError, ResponseParserError) as error:
            self.findings.append(f"SES cannot be asked about {about}: {error}")
        return None
