"""Sending: the configured rate kept, mails a second against bare loops on the same server, memory as mails add up.

The provider is the simulator of SES, or a sink for SMTP, in a process of its own; the mails are composed as always.
"""

import contextlib
import json
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import harmonic_mean, median

import boto3
from botocore.config import Config
from psycopg2.extensions import connection

from bench._school import ready_school
from bench._scratch import scratch
from jobdb import db
from mailer_cli import letters
from mailer_cli.crew import Crew
from mailer_cli.delivery import DELIVERIES, Delivery, Envelope, Readiness
from mailer_cli.pace import Pace
from mailer_cli.send import Mailing
from mailer_cli.store import claims, editions
from tests.mailer_cli.samples import ROOT, SLOT, settings
from tests.mailer_cli.school import TRACKS

MAILS = 1000  # fewer, and the start of the senders would be most of it
ROUNDS = 5  # the ratio is the median of theirs: on a busy machine two rounds have little in common
AT_ONCE = (1, 8)
LATENCY = 0.02  # seconds; SES in the next town takes more
FEW = 200  # mails, where each takes so long
RATES = (10, 50)  # mails a second, for SECONDS
SECONDS = 6
GOAL = 0.7
MEMORY_SECONDS = 300
MARKS = (1_000, 10_000, 100_000)
PLAIN = Config(retries={"mode": "standard", "total_max_attempts": 1})
AFTER = SLOT.replace(minute=5)


class Nowhere:
    """A way that takes every mail at once: what is left is our own work."""

    name = "nowhere"
    at_most = 1

    def readiness(self, mails: int) -> Readiness:
        """Return that all is well."""
        del mails
        return Readiness()

    def deliver(self, envelope: Envelope) -> str:
        """Take a mail and forget it."""
        return envelope.delivery_id

    def close(self) -> None:
        """Do nothing."""


@contextlib.contextmanager
def server(*command: str) -> Iterator[str]:
    """Run a server while the block runs and yield the first line that it prints, if it prints one."""
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip() if "sandbox.ses" in command else ""
        finally:
            process.terminate()


@contextlib.contextmanager
def ses(ledger: Path, latency: float = 0) -> Iterator[None]:
    """Play SES without limits."""
    without_limits = ("--rate", "100000", "--quota", "10000000", "--latency", str(latency))
    with server("-m", "sandbox.ses", "mail.example.com", *without_limits, "--ledger", str(ledger)) as endpoint:
        os.environ["AWS_ENDPOINT_URL_SESV2"] = endpoint
        os.environ |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "invented"}
        yield
        del os.environ["AWS_ENDPOINT_URL_SESV2"]


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Run an SMTP server that keeps nothing; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with server("-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"):
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port


def mailings(ids: Sequence[int], make: Callable[[], Delivery], count: int, rate: float | None) -> list[Mailing]:
    """Return so many senders, each with a connection and a way out of its own."""
    made: list[Mailing] = []
    for number in range(count):
        database = db.connect()
        delivery = made[-1].delivery if made and number % made[-1].delivery.at_most else make()
        pace = Pace(database, delivery.name, rate) if rate else None
        made.append(Mailing(database, delivery, settings(), TRACKS, ids, pace=pace))
    return made


def ours(ids: Sequence[int], make: Callable[[], Delivery], at_once: int, rate: float | None = None) -> float:
    """Send everything and return the mails a second."""
    senders = mailings(ids, make, at_once, rate)
    for sender in senders:
        sender.begin(AFTER)
    start = time.perf_counter()
    settled = Crew(senders, lambda: AFTER, lambda: None).run()
    rate = settled / (time.perf_counter() - start)
    for sender in senders:
        sender.delivery.close()
        sender.database.close()
    return rate


def one_mail(database: connection, edition_id: int) -> Envelope:
    """Return a mail of an edition, composed."""
    with database, database.cursor() as on:
        edition = editions.find(on, ids=[edition_id])[0]
        first = claims.first_ready(on, edition_id)
        assert first
        mail = letters.edition_mail(on, edition, TRACKS["bigdata"])
        return letters.envelope(mail, first[1], first[0], settings())


def bare_boto3(mail: Envelope, count: int) -> float:
    """Send one mail so many times, with nothing but boto3; return the mails a second."""
    client = boto3.client("sesv2", region_name="ap-northeast-2", config=PLAIN)
    start = time.perf_counter()
    for _ in range(count):
        client.send_email(
            FromEmailAddress=mail.sender,
            Destination={"ToAddresses": [mail.recipient]},
            Content={"Raw": {"Data": mail.message}},
            ConfigurationSetName="mail_monitoring",
            EmailTags=[{"Name": "delivery", "Value": mail.delivery_id}],
        )
    return count / (time.perf_counter() - start)


def bare_smtplib(port: int, mail: Envelope, count: int) -> float:
    """Send one mail so many times over one connection, with nothing but smtplib; return the mails a second."""
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as connection_:
        for _ in range(count):
            connection_.sendmail(mail.sender, [mail.recipient], mail.message)
    return count / (time.perf_counter() - start)


def fresh(count: int) -> tuple[connection, list[int]]:
    """Empty the database, put a school into it, and return it with its edition."""
    database = db.connect()
    with database, database.cursor() as on:
        on.execute("TRUNCATE course, posting, edition, sending_rate RESTART IDENTITY CASCADE")
    return database, ready_school(database, count)[1]


def against(
    name: str, make: Callable[[], Delivery], bare: Callable[[Envelope, int], float],
    mails: int = MAILS, at_once: Sequence[int] = AT_ONCE,
) -> None:  # fmt: skip
    """Print our mails a second and a bare loop's, with so many mails on their way."""
    rounds: dict[int, list[tuple[float, float]]] = {count: [] for count in at_once}
    for _ in range(ROUNDS):
        for count in at_once:
            database, ids = fresh(mails)
            mail = one_mail(database, ids[0])
            before = bare(mail, mails)
            mine = ours(ids, make, count)
            rounds[count].append((mine, harmonic_mean((before, bare(mail, mails)))))
            database.close()
    for count, rates in rounds.items():
        told = [f"{median(column):>6,.0f} mails/s" for column in zip(*rates, strict=True)]
        ratio = median(mine / plain for mine, plain in rates)
        print(f"  {name}, {count} at once   {told[0]}   bare loop {told[1]}   {ratio:.2f} x (goal {GOAL})", flush=True)


def kept_rate(rate: int, ledger: Path) -> None:
    """Print the rate that the provider saw of two programs' senders that share one."""
    ledger.unlink(missing_ok=True)
    database, ids = fresh(rate * SECONDS)
    ours(ids, lambda: DELIVERIES["ses"](settings()), 4, rate)
    database.close()
    at = [json.loads(line)["at"] for line in ledger.read_text(encoding="utf-8").splitlines()]
    seen = (len(at) - 1) / (max(at) - min(at))
    print(f"  {rate} mails a second set, 4 senders   {seen:.2f} seen by the provider   {seen / rate - 1:+.1%}")


def memory() -> None:
    """Print how large the process is after 1,000, 10,000 and 100,000 deliveries, or as many as five minutes allow."""
    database, ids = fresh(MARKS[-1])
    (sender,) = mailings(ids, Nowhere, 1, None)
    sender.begin(AFTER)
    start, sizes = time.monotonic(), []
    for count in range(1, MARKS[-1] + 1):
        sender.send_one(AFTER)
        last = time.monotonic() - start > MEMORY_SECONDS
        if count in MARKS or last:
            sizes.append(f"{count:,} mails {resident():.0f} MB")
        if last:
            break
    seconds = time.monotonic() - start
    print(f"  memory: {', '.join(sizes)}   ({count / seconds:,.0f} deliveries/s without a provider)")
    sender.database.close()
    database.close()


def resident() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def main() -> None:
    """Print the rates, the ratios and the sizes."""
    with scratch("sending"), tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.jsonl"
        print("sending through the simulator of SES, and through SMTP to a sink")
        with ses(ledger):
            for rate in RATES:
                kept_rate(rate, ledger)
            against("ses ", lambda: DELIVERIES["ses"](settings()), bare_boto3)
        with ses(ledger, LATENCY):
            against(f"ses that takes {LATENCY * 1000:.0f} ms", lambda: DELIVERIES["ses"](settings()), bare_boto3, FEW)
        with sink() as port:
            relay = settings(smtp=replace(settings().smtp, host="127.0.0.1", port=port, starttls=False))
            against("smtp", lambda: DELIVERIES["smtp"](relay), lambda mail, count: bare_smtplib(port, mail, count))
        memory()


if __name__ == "__main__":
    main()
