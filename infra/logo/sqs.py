"""The queue on AWS that takes the hits."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.logo.endpoint import Hit, HitLost

# A mail program waits for its picture meanwhile. A hit that is sent twice has the same id, so a repeat is harmless.
QUICK = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})


class Queue:
    """An SQS queue by its URL; region and credentials are boto3's own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = boto3.client("sqs", config=QUICK)

    def keep(self, hit: Hit) -> None:
        """Send a hit; HitLost, within about seven seconds, when SQS does not take it."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(hit))
        except (BotoCoreError, ClientError) as error:
            raise HitLost(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Return an error's name alone: its text may hold addresses of the network."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    return f"{type(error).__name__} {code}".rstrip()
