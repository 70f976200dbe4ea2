"""An SQS on loopback with one queue, and what lies in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer
from moto.sqs.models import Queue

AT_A_TIME = 10
COUNTS = ("messages", "messages_delayed", "messages_not_visible")


@contextmanager
def queue(monkeypatch) -> Iterator[str]:
    """Serve while the block runs; the URL of the queue."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    server.start()
    for name in COUNTS:  # moto counts the whole queue anew for each message that it takes or hands out; nobody asks
        monkeypatch.setattr(Queue, f"approximate_number_of_{name}", 0)
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "invented"),
        ("AWS_DEFAULT_REGION", "ap-northeast-2"), ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_SQS", f"http://{host}:{port}"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    try:
        yield boto3.client("sqs").create_queue(QueueName="mail-events")["QueueUrl"]
    finally:
        server.stop()


def put(queue: str, bodies: list[str]) -> None:
    """Put messages into the queue."""
    client = boto3.client("sqs")
    for first in range(0, len(bodies), AT_A_TIME):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[first : first + AT_A_TIME])]
        assert len(client.send_message_batch(QueueUrl=queue, Entries=entries)["Successful"]) == len(entries)


def drained(queue: str) -> list[str]:
    """Take all messages out of the queue."""
    client, found = boto3.client("sqs"), list[str]()
    while got := client.receive_message(QueueUrl=queue, MaxNumberOfMessages=AT_A_TIME).get("Messages", []):
        found += [message["Body"] for message in got]
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(got)]
        client.delete_message_batch(QueueUrl=queue, Entries=entries)
    return found
