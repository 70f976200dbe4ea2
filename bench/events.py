"""Reading events: how many a second from a file and from SQS, against bare COPY of the same rows; memory.

Run it with `python -m bench.events` at the root of the repository. The story of each mail is Send, Delivery, two
openings, a click, now and then a bounce; in SNS's envelope, with headers as SES repeats them; 5 % are told twice, all
shuffled in a window. The database is the embedded server, on the same processors. SQS is moto's, which looks through
all its messages for each call: it is the limit there.
"""

import contextlib
import csv
import io
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

import boto3
from moto.server import ThreadedMotoServer
from psycopg2.extensions import connection

from bench._school import ready_school
from bench._scratch import scratch
from jobdb import db
from mailer_cli.events.reading import read
from mailer_cli.events.settings import EventSettings
from mailer_cli.events.told import Event
from mailer_cli.listening import Listener
from mailer_cli.messages import Queue, lines_of
from mailer_cli.store.events import NEW
from tests.mailer_cli import happenings
from tests.mailer_cli.samples import ROOT, SLOT, settings

EVENTS = 20_000
ROUNDS = 3
GOAL = 3_000  # events a second
MARKS = (20_000, 200_000)
IN_QUEUE = 200  # moto looks through all that it holds, for each call
NOW = SLOT + timedelta(days=1)
HEADERS = [{"name": f"X-Header-{n}", "value": "word " * 20} for n in range(15)]  # what SES repeats of each mail
WITH_HEADERS = f'"headers\\": [{json.dumps(json.dumps(HEADERS)[1:-1])[1:-1]}, '
EMPTY = """
    TRUNCATE mail_event, unread_event, suppression;
    ALTER TABLE delivery DISABLE TRIGGER USER;
    UPDATE delivery SET state = 'accepted';
    ALTER TABLE delivery ENABLE TRIGGER USER
"""


def school(database: connection, mails: int) -> list[tuple[str, str]]:
    """Put a sent edition of so many mails into an empty database; return (id, url of a posting) of them."""
    made, _ = ready_school(database, mails)
    made.run("UPDATE delivery SET state = 'accepted', message_id = '0100-' || id WHERE state = 'ready'")
    made.run("UPDATE edition SET state = 'sent'")
    (url,) = made.rows("SELECT url FROM posting LIMIT 1")[0]
    made.run("ANALYZE")
    return [(mail, url) for (mail,) in made.rows("SELECT id::text FROM delivery")]


def story(mail: str, url: str, number: int) -> Iterator[str]:
    """Yield what comes back of a mail."""
    yield happenings.told("Send", mail, envelope=True)
    if number % 200 == 0:
        yield happenings.bounced(mail, "Permanent", "General", envelope=True)
        return
    yield happenings.told("Delivery", mail, 5, envelope=True)
    yield happenings.hit(mail, 6, name="r1", agent=happenings.APPLE)
    yield happenings.hit(mail, 600 + number % 5000, name="r2")
    yield happenings.told("Click", mail, 700 + number % 5000, link=url, envelope=True)


def messages(mails: list[tuple[str, str]]) -> Iterator[str]:
    """Yield all stories, 5 % told twice, shuffled within a window."""
    dice, waiting = random.Random(7), []  # noqa: S311 (a game, no secret)
    for number, (mail, url) in enumerate(mails):
        for plain in story(mail, url, number):
            body = plain.replace('"headers\\": [', WITH_HEADERS, 1)
            waiting += [body] * (2 if dice.random() < 0.05 else 1)
        if len(waiting) > 2_000:
            dice.shuffle(waiting)
            yield from waiting[:1_000]
            del waiting[:1_000]
    yield from waiting


def write(path: Path, mails: list[tuple[str, str]], most: int) -> int:
    """Write so many messages to a file, and return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, body in enumerate(messages(mails), start=1):
            file.write(body + "\n")
            if count == most:
                break
    return count


def ours(database: connection, path: Path) -> float:
    """Ingest a file and return the messages a second."""
    listener, count = Listener(database, settings()), 0
    start = time.perf_counter()
    for batch in lines_of(str(path)):
        count += listener.take(batch.bodies, NOW).received
    return count / (time.perf_counter() - start)


def bare(database: connection, path: Path) -> float:
    """Copy the same rows, parsed before, in batches as large; return the rows a second."""
    batches = [
        [_row(each) for body in batch.bodies if isinstance(each := read(body), Event)] for batch in lines_of(str(path))
    ]
    with database, database.cursor() as on:
        on.execute("CREATE TABLE IF NOT EXISTS plain (LIKE mail_event); TRUNCATE plain")
    start = time.perf_counter()
    for rows in batches:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        text.seek(0)
        with database, database.cursor() as on:
            on.copy_expert(f"COPY plain (id, {', '.join(NEW)}, received_at) FROM STDIN (FORMAT csv)", text)
    return sum(map(len, batches)) / (time.perf_counter() - start)


def parsing(path: Path) -> float:
    """Read the same messages and store nothing; return the messages a second."""
    start, count = time.perf_counter(), 0
    for batch in lines_of(str(path)):
        count += len([read(body) for body in batch.bodies])
    return count / (time.perf_counter() - start)


def _row(event: Event) -> tuple[object, ...]:
    reader, why = (event.verdict.reader, event.verdict.why) if event.verdict else (None, None)
    named, link = event.delivery_ids[0], "other" if event.kind == "click" else None
    return (0, f"\\x{event.digest.hex()}", event.kind, event.source, named, event.message_id, event.at.isoformat(),
            reader, why, link, None, json.dumps(event.detail), NOW.isoformat())  # fmt: skip


def from_file(database: connection, path: Path) -> None:
    """Print messages a second from a file, and the ratios."""
    rates: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        with database, database.cursor() as on:
            on.execute(EMPTY)
        rates.append((ours(database, path), bare(database, path), parsing(path)))
    again = ours(database, path)
    mine, copied, parsed = (median(column) for column in zip(*rates, strict=True))
    ratio = median(one / other for one, other, _ in rates)
    print(f"  from a file     {mine:>7,.0f} messages/s (goal {GOAL:,})   bare COPY {copied:,.0f}   {ratio:.2f} x")
    print(f"  told again      {again:>7,.0f}   reading alone {parsed:,.0f}", flush=True)


def from_queue(database: connection, path: Path) -> None:
    """Print messages a second through SQS as moto plays it, and how fast moto hands them out by itself."""
    with path.open(encoding="utf-8") as file:
        bodies = [line for line, _ in zip(file, range(2 * IN_QUEUE), strict=False)]
    with moto() as (client, url):
        fill(client, url, bodies[:IN_QUEUE])
        queue = Queue(settings(events=EventSettings(url)))
        start = time.perf_counter()
        for batch in queue.batches(1, follow=False):
            batch.done()
        drained = IN_QUEUE / (time.perf_counter() - start - 1)
        fill(client, url, bodies[IN_QUEUE:])
        listener, start = Listener(database, settings()), time.perf_counter()
        for batch in queue.batches(1, follow=False):
            listener.take(batch.bodies, NOW)
            batch.done()
        mine = IN_QUEUE / (time.perf_counter() - start - 1)
    print(f"  through SQS     {mine:>7,.0f} messages/s   moto's SQS drained without us {drained:,.0f}", flush=True)


@contextlib.contextmanager
def moto() -> Iterator[tuple[object, str]]:
    """Play SQS in a thread; yield a client and a queue's URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {
        "AWS_ENDPOINT_URL_SQS": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "invented",
    }  # fmt: skip
    client = boto3.client("sqs", region_name="ap-northeast-2")
    try:
        yield client, client.create_queue(QueueName="mail-events")["QueueUrl"]
    finally:
        server.stop()


def fill(client: object, url: str, bodies: list[str]) -> None:
    """Put messages into a queue."""
    for first in range(0, len(bodies), 10):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[first : first + 10])]
        client.send_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[attr-defined]


def memory(path: Path, mails: list[tuple[str, str]]) -> None:
    """Print how large a process of its own grows over 20,000 and 200,000 messages."""
    sizes = []
    for mark in MARKS:
        write(path, mails, mark)
        with contextlib.closing(db.connect()) as database, database, database.cursor() as on:
            on.execute(EMPTY)
        start = time.perf_counter()
        command = [sys.executable, "-m", "bench.events", str(path)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
        sizes.append(f"{mark:,} messages {done.stdout.strip()} MB ({mark / (time.perf_counter() - start):,.0f}/s)")
    print(f"  memory, at the most: {', '.join(sizes)}")


def grown(path: Path) -> None:
    """Ingest a file and print the largest size of this process, in MB."""
    with contextlib.closing(db.connect()) as database:
        ours(database, path)
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    """Print the rates, the ratios and the sizes."""
    with scratch("events"), tempfile.TemporaryDirectory() as folder, contextlib.closing(db.connect()) as database:
        path, mails = Path(folder) / "events.jsonl", school(database, MARKS[-1] // 5)
        print(
            f"reading events: {write(path, mails, EVENTS):,} messages, {path.stat().st_size / EVENTS:,.0f} bytes each"
        )
        from_file(database, path)
        from_queue(database, path)
        memory(path, mails)


if __name__ == "__main__":
    grown(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
