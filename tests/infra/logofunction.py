"""The packaged function, run as Lambda runs it: its folder alone beside boto3, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import boto3

KEY = bytes(range(32))
LIBRARIES = Path(boto3.__file__).resolve().parents[1]
# `-I -S` leaves the project and the environment's packages out; boto3 alone is put back, as on Lambda.
RUN = """
import json, sys
sys.path[:0] = [{folder!r}, {libraries!r}]
from handler import handler
print(json.dumps([handler(event, None) for event in json.load(sys.stdin)]), file=sys.stderr)
"""


class Ran(NamedTuple):
    """What a run of the function left."""

    replies: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    output: str


class Function:
    """The function with the settings that the template gives."""

    def __init__(self, folder: Path, queue: str) -> None:
        self.folder, self.queue = folder, queue

    def __call__(self, *events: dict[str, Any], **settings: str) -> Ran:
        given = {
            "MAIL_TOKEN_KEYS": KEY.hex(),
            "HITS_QUEUE_URL": self.queue,
            "UNSUBSCRIBE_FORM_URL": "https://forms.example.com/unsubscribe",
            "SCHOOL_NAME": "가온코딩스쿨",
        }
        script = RUN.format(folder=str(self.folder), libraries=str(LIBRARIES))
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", script],
            input=json.dumps(events),
            env=os.environ | given | settings,
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        )
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return Ran(json.loads(ran.stderr.splitlines()[-1]), lines, ran.stdout)

    def hits(self) -> list[dict[str, str]]:
        """Return what lies in the queue, in the order of its sending."""
        client = boto3.client("sqs")
        answer = client.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
