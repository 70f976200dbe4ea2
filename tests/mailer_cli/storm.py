"""The storm: real `mailer send` processes, two at once, are killed in the middle of their calls, again and again.

Beside the kills a share of the calls goes wrong at the provider. Afterwards the provider's ledger tells who got how
many mails. python -m tests.mailer_cli.storm --recipients 500 --kills 50
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from psycopg2.extensions import connection

from bench._scratch import scratch
from jobdb import clock, db
from mailer_cli.store import attempts
from sandbox.ses import Account, Mishaps, Postman, SesServer
from tests.mailer_cli.samples import ROOT, SLOT
from tests.mailer_cli.school import BIGDATA, School

LATENCY = 0.03  # seconds that the provider takes: a kill mostly meets calls that are on their way
LIFE = (3, 9)  # calls after which a sender is killed
LOST_ANSWERS = ("hang-up-before", "hang-up-after", "gateway", "empty", "cut-short", "500", "503", "proxy")
ORDERS = {"ours": "mailer_cli", "naive": "tests.mailer_cli.naive"}  # the order of the calls -> the program
SENDERS = 2
COURSES = 4
DONE, UNKNOWN = 0, 6  # exit codes


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a storm left."""

    order: str
    recipients: int
    kills: int
    faults: int  # calls whose answer was lost
    calls: int
    unknown: int  # deliveries that were unknown at some time
    resent: int  # of them, those that an operator had sent again
    doubles: int  # recipients with more than one mail
    missing: int  # recipients without one
    agrees: bool  # the database says of each mail what the provider's ledger says
    seconds: float

    @property
    def clean(self) -> bool:
        """Tell whether nobody got two mails, nobody none, and the database knows."""
        return not self.doubles and not self.missing and self.agrees


@dataclass
class Sender:
    """One place for a sender: a process, killed after some calls and started anew, and its door to the provider."""

    storm: "Storm"
    dice: random.Random
    server: SesServer = field(init=False)
    process: subprocess.Popen | None = None
    calls_left: int = 0
    codes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = SesServer(self.storm.account, latency=LATENCY, watcher=self.called)

    def start(self) -> None:
        self.calls_left = self.dice.randint(*LIFE)
        command = [sys.executable, "-m", ORDERS[self.storm.order], "send", "--json"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.storm.environment(self.server.endpoint), stdout=self.storm.log,
            stderr=self.storm.log,
        )  # fmt: skip

    def called(self) -> None:
        """Count a call; the last one of this life is not survived for long."""
        self.calls_left -= 1
        if self.calls_left == 0 and self.storm.may_kill():
            threading.Timer(self.dice.uniform(0, 1.3 * LATENCY), self.kill).start()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)

    def tend(self) -> bool:
        """Start the process anew when it was killed; False when it ended by itself."""
        code = self.process.poll() if self.process else -signal.SIGKILL
        if code is None:
            return True
        if code != -signal.SIGKILL:
            self.codes.append(code)
            return False
        self.start()
        return True


class Storm:
    """One storm over the database that DATABASE_URL names, with a seed."""

    def __init__(self, database: connection, folder: Path, order: str, recipients: int, kills: int, seed: int) -> None:
        self.database, self.folder, self.order, self.kills_left, self.seed = database, folder, order, kills, seed
        self.recipients, self.kills, self.starts, self.unknown, self.resent = recipients, kills, 0, 0, 0
        self.lock = threading.Lock()
        self.events = folder / "events.jsonl"
        self.account = Account(
            {"mail.example.com": None, "plain.example.com": None},
            rate=100_000,
            quota=1_000_000,
            mishaps=Mishaps(0.08, LOST_ANSWERS, seed),
            postman=Postman(self.events, repeated=0.2, shuffled=20, seed=seed),
        )
        self.log = (folder / "senders.log").open("ab")
        (folder / "config").mkdir()
        for name in ("mail.toml", "courses.toml"):
            text = (ROOT / "config" / name).read_text(encoding="utf-8")
            (folder / "config" / name).write_text(text.replace("rate = 14 #", "rate = 2000 #"), encoding="utf-8")

    def environment(self, endpoint: str) -> dict[str, str]:
        """Every start is half a minute after the one before, so that what waits for its next try gets it."""
        self.starts += 1
        now = SLOT + timedelta(seconds=300 + 30 * min(self.starts, 300))
        return os.environ | {
            "AWS_ENDPOINT_URL_SESV2": endpoint, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "invented",
            "AWS_EC2_METADATA_DISABLED": "true", "MAIL_DELIVERY": "ses", "JOB_CLOCK": now.isoformat(),
            "JOB_CONFIG_DIR": str(self.folder / "config"),
        }  # fmt: skip

    def may_kill(self) -> bool:
        with self.lock:
            self.kills_left -= 1
            return self.kills_left >= 0

    def rage(self) -> Harvest:
        """Prepare the school, let the storm pass, and count."""
        begin = time.monotonic()
        self.prepare()
        places = [Sender(self, random.Random(self.seed + number)) for number in range(SENDERS)]
        with contextlib.ExitStack() as doors:
            for place in places:
                doors.enter_context(place.server)
            while self.gust(places):
                self.settle(places[0].server.endpoint)
        self.log.close()
        return self.harvest(time.monotonic() - begin)

    def prepare(self) -> None:
        school = School(self.database)
        for number in range(self.recipients):
            course = replace(BIGDATA, name=f"BIGDATA {number % COURSES}")
            school.student(f"s{number:04d}", course)
        for _ in range(3):
            school.posting()
        school.ready()
        school.run("UPDATE edition SET checked_at = slot - interval '1 hour'")

    def gust(self, places: list[Sender]) -> bool:
        """Let senders run and die until they find nothing ready; True when something is left to settle."""
        for place in places:
            place.start()
        while True in [place.tend() for place in places]:
            time.sleep(0.02)
        unexpected = {code for place in places for code in place.codes} - {DONE, UNKNOWN}
        assert not unexpected, f"exit codes {unexpected}: {(self.folder / 'senders.log').read_text()[-2000:]}"
        return bool(self.count("state IN ('ready', 'unknown', 'sending')"))

    def settle(self, endpoint: str) -> None:
        """Do what the events' reader and an operator do: what has an event went, the others did not.

        Every call has ended and every event was brought by now, which is what proves the others unsent.
        """
        self.mailer(endpoint, "recover")
        self.unknown += self.count("state = 'unknown'")
        assert self.account.postman
        self.account.postman.flush()
        for delivery_id, message_id in told(self.events):
            with self.database, self.database.cursor() as on:
                attempts.accept_by_event(on, delivery_id, message_id, clock.now())
        listed = json.loads(self.mailer(endpoint, "unknown", "list", "--json"))
        if ids := [row["delivery_id"] for row in listed]:
            self.mailer(endpoint, "unknown", "resolve", *ids, "resend", "--why", "no event came")
            self.resent += len(ids)

    def mailer(self, endpoint: str, *words: str) -> str:
        command = [sys.executable, "-m", "mailer_cli", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(endpoint), capture_output=True, text=True, check=False
        )
        assert done.returncode in {DONE, UNKNOWN}, done.stderr
        return done.stdout

    def count(self, where: str) -> int:
        with self.database, self.database.cursor() as on:
            on.execute(f"SELECT count(*) FROM delivery WHERE {where}")
            return on.fetchall()[0][0]

    def harvest(self, seconds: float) -> Harvest:
        took = Counter(mail.recipient for mail in self.account.accepted)
        ledger = {(mail.delivery_id, mail.message_id) for mail in self.account.accepted}
        with self.database, self.database.cursor() as on:
            on.execute("SELECT id::text, message_id FROM delivery WHERE state = 'accepted'")
            ours = set(on.fetchall())
        return Harvest(
            order=self.order,
            recipients=self.recipients,
            kills=self.kills - max(0, self.kills_left),
            faults=len(self.account.requests) - len(self.account.accepted),
            calls=len(self.account.requests),
            unknown=self.unknown,
            resent=self.resent,
            doubles=sum(count > 1 for count in took.values()),
            missing=self.recipients - len(took),
            agrees=ours == ledger,
            seconds=seconds,
        )


def told(events: Path) -> Iterator[tuple[str, str]]:
    """Yield (our delivery id, SES's message id) of the events of a file, repeated and out of order as they come."""
    for line in events.read_text(encoding="utf-8").splitlines() if events.exists() else ():
        mail = json.loads(json.loads(line)["Message"])["mail"]
        yield mail["tags"]["delivery"][0], mail["messageId"]


def main() -> int:
    """Run the same storm over both orders and print what it left; 1 when ours is not clean or the naive one is."""
    parser = argparse.ArgumentParser(prog="python -m tests.mailer_cli.storm", description=__doc__)
    parser.add_argument("--recipients", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    print(f"{'order':<7} recipients  kills  calls  unknown  sent again  doubles  missing  database = ledger")
    harvests = []
    for order in ORDERS:
        with scratch("storm"), tempfile.TemporaryDirectory() as folder, contextlib.closing(db.connect()) as database:
            left = Storm(database, Path(folder), order, options.recipients, options.kills, options.seed).rage()
        harvests.append(left)
        print(
            f"{left.order:<7} {left.recipients:>10} {left.kills:>6} {left.calls:>6} {left.unknown:>8} {left.resent:>11}"
            f" {left.doubles:>8} {left.missing:>8}  {'yes' if left.agrees else 'no':<17} {left.seconds:.0f} s",
            flush=True,
        )
    ours, naive = harvests
    return 0 if ours.clean and ours.kills >= options.kills and naive.doubles else 1


if __name__ == "__main__":
    sys.exit(main())
