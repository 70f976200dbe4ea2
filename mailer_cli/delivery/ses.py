"""Through Amazon SES v2: one call a mail, the SDK's own retries off."""

import re
from typing import Any

import boto3
from botocore import exceptions as aws
from botocore.config import Config
from botocore.parsers import ResponseParserError

from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import DeliveryError, Envelope, Readiness
from mailer_cli.delivery.sesaccount import readiness

# botocore repeats a request whose answer was lost, and SES has no token that would make the repeat harmless.
# A User-Agent of our own spares the SDK from putting its long one together anew for each mail (a fifth of its work).
ONCE = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=60,
    tcp_keepalive=True,
    user_agent="job-mailer",
    max_pool_connections=16,
    parameter_validation=False,  # a request of fixed shape, held to SES's model by the tests; a tenth of the SDK's work
)

NOT_REACHED = (aws.EndpointConnectionError, aws.ConnectTimeoutError, aws.ProxyConnectionError)
NO_CREDENTIALS = (
    aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError, aws.TokenRetrievalError,
    aws.NoAuthTokenError, aws.UnauthorizedSSOTokenError, aws.NoRegionError, aws.ProfileNotFound,
)  # fmt: skip
THIS_MAIL = {"MessageRejected", "BadRequestException"}
RATE = {"TooManyRequestsException", "ThrottlingException", "Throttling"}


class Ses:
    """SES with the configuration set on the default route, and with none of our own on the chunjae route.

    AWS_ENDPOINT_URL_SESV2, read by boto3, leads it to another server.
    """

    name = "ses"
    at_most = 16  # the SDK's client is made for threads, and making one costs as much as fifty mails

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings.ses
        self._house = settings
        self._client = boto3.client("sesv2", region_name=settings.ses.region, config=ONCE)

    def readiness(self, mails: int) -> Readiness:
        """Ask SES about the account, the identities and the configuration set."""
        return readiness(self._house, mails)

    def deliver(self, envelope: Envelope) -> str:
        """Send one mail and return SES's MessageId; DeliveryError, by what the answer proves, otherwise."""
        try:
            answer = self._client.send_email(**self._request(envelope))
        except NOT_REACHED as error:
            raise DeliveryError(f"SES was not reached: {error}") from error
        except NO_CREDENTIALS as error:
            raise DeliveryError(f"no usable AWS credentials or region: {error}", stop=True) from error
        except aws.ClientError as error:
            raise refusal(error) from error
        except (aws.BotoCoreError, ResponseParserError) as error:
            raise DeliveryError(f"SES's answer was lost: {error}", ambiguous=True) from error
        if not answer.get("MessageId"):
            raise DeliveryError("SES answered without a MessageId", ambiguous=True)
        return answer["MessageId"]

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _request(self, envelope: Envelope) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": envelope.sender,
            "Destination": {"ToAddresses": [envelope.recipient]},
            "Content": {"Raw": {"Data": envelope.message}},
        }
        if envelope.route == "chunjae":  # their gateway blocks SES's tracking; links and pixel stay ours
            return request | {"FromEmailAddress": self._settings.chunjae_sender}
        tags = {"course": envelope.course_key, "edition": str(envelope.edition_id), "delivery": envelope.delivery_id}
        return request | {
            "ConfigurationSetName": self._settings.configuration_set,
            "EmailTags": [{"Name": name, "Value": tag(value)} for name, value in tags.items()],
        }


def tag(value: str) -> str:
    """Return a value as SES takes it: ASCII letters, digits, `_` and `-`, 1 to 256 of them (MessageTag in its API)."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", value)[:256] or "_"


def refusal(error: aws.ClientError) -> DeliveryError:
    """Return what an error answer proves.

    A 5xx, or a 4xx without AWS's request id (a proxy's), proves nothing; a rate refusal and the named faults of one
    mail are known; any other refusal by AWS is of the account or unknown to us, so a person looks before more is sent.
    """
    code, words = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    answer = error.response["ResponseMetadata"]
    text = f"SES said {answer['HTTPStatusCode']} {code}: {words}"
    if answer["HTTPStatusCode"] >= 500 or not answer.get("RequestId"):
        return DeliveryError(text, ambiguous=True)
    if "quota" in words.lower() and code in RATE | {"LimitExceededException"}:
        return DeliveryError(text, quota=True)
    if code in RATE:
        return DeliveryError(text, too_fast=True)
    return DeliveryError(text, permanent=code in THIS_MAIL, stop=code not in THIS_MAIL)
