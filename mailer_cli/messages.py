"""Where messages come from: a file of lines, the tracking server's folder, the SQS queue; each in batches.

Whoever takes a batch calls its `done` once what it brought is committed: only then does it leave its source.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobdb.errors import OperatorError
from mailer_cli.config import MailSettings

BATCH = 1_000
# SQS hands out ten at a time; a call that was answered too late comes again and changes nothing.
AT_A_TIME, CALLS, HIDDEN_SECONDS = 10, 50, 300
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=10, read_timeout=40)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages, and what to call when they are committed."""

    bodies: list[str]
    done: Callable[[], None] = lambda: None


def lines_of(name: str) -> Iterator[Batch]:
    """Yield the lines of a file ("-": of the standard input) in batches; what is no UTF-8 is replaced."""
    if name == "-":
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    with nullcontext(sys.stdin) if name == "-" else Path(name).open(encoding="utf-8", errors="replace") as file:
        for bodies in _in_batches(file):
            yield Batch(bodies)


def spooled(folder: Path) -> Iterator[Batch]:
    """Yield what the tracking server has finished writing; a file is removed when all of it is committed."""
    for path in sorted(folder.glob("*.jsonl")):
        try:
            file = path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue  # another reader was here
        with file:
            yield from _leaving(path, file)


def _leaving(path: Path, file: IO[str]) -> Iterator[Batch]:
    batches = _in_batches(file)
    bodies = next(batches, [])
    while bodies:
        following = next(batches, [])
        yield Batch(bodies, (lambda: None) if following else lambda: path.unlink(missing_ok=True))
        bodies = following


def _in_batches(lines: Iterable[str]) -> Iterator[list[str]]:
    told = (line for line in lines if not line.isspace())
    while bodies := list(islice(told, BATCH)):
        yield bodies


class Queue:
    """An SQS queue. AWS_ENDPOINT_URL_SQS, read by boto3, leads it to another server."""

    def __init__(self, settings: MailSettings) -> None:
        self._url = settings.events.queue
        self._client = boto3.client("sqs", region_name=settings.ses.region, config=PATIENT)
        self.left = 0  # messages that could not be deleted: they come again and change nothing

    def batches(self, wait: int, *, follow: bool) -> Iterator[Batch]:
        """Yield what the queue holds, until it is empty for `wait` seconds (1 to 20), or for ever.

        OperatorError says what is wrong with the queue or the account.
        """
        while True:
            found = self._gather(wait)
            if found:
                yield Batch([message["Body"] for message in found], lambda found=found: self._delete(found))  # type: ignore[misc]
            elif follow:
                yield Batch([])
            else:
                return

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _gather(self, wait: int) -> list[dict[str, Any]]:
        """Return up to a batch of messages; only the first call waits."""
        found = self._receive(wait)
        for _ in range(CALLS - 1):
            more = self._receive(0) if found else []
            if not more:
                break
            found += more
        return found

    def _receive(self, wait: int) -> list[dict[str, Any]]:
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=AT_A_TIME,
                WaitTimeSeconds=wait,
                VisibilityTimeout=HIDDEN_SECONDS,
            )
        except (ClientError, BotoCoreError) as error:
            raise self._trouble(error) from error
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        for first in range(0, len(messages), AT_A_TIME):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages[first : first + AT_A_TIME])
            ]
            try:
                answer = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise self._trouble(error) from error
            self.left += len(answer.get("Failed", []))

    def _trouble(self, error: Exception) -> OperatorError:
        return OperatorError(
            f"the queue {self._url}: {error}; check [events] queue (or MAIL_EVENTS_QUEUE), [ses] region and the "
            "account's right to receive and delete there; what was stored stays stored"
        )
