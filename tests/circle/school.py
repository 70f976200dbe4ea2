"""A school whose mails go out through the made-up SES, are read, and come back: all of it on loopback.

What SES tells, the hits of the function in an SQS and those of `mailer serve-tracking` in its folder come back as a bad
postman would bring them: in any order, some twice, some late.
"""

import csv
import json
import random
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from infra.package import package
from infra.picture import DEFAULT_LOGO
from jobdb import clock
from sandbox.readers import click, visits
from sandbox.ses import Accepted, Account, Postman, SesServer
from tests.circle.endpoints import Read, ask_function, ask_server
from tests.circle.queues import drained, put
from tests.infra.logofunction import KEY, Function
from tests.worlds import ROOT, scrapy

MONDAY = "2024-11-25T10:00"  # the function's clock is the machine's: its hits come later than any mail
NEXT_MONDAY = "2024-12-02T10:00"
SOON = timedelta(seconds=10)
FATES = {31: "bounce", 52: "complaint", 60: "ooto", 110: "full", 150: "suppressionlist", 215: "bounce"}
HITS = 'hits = "var/hits"'
CHANGES = {'tracking = ""': 'tracking = "https://track.example.com"', "rate = 14 #": "rate = 2000 #"}


class School:
    """One school, from its roster to what came back of its mails."""

    def __init__(self, folder: Path, monkeypatch, queue: str, seed: int = 7) -> None:
        self.folder, self.monkeypatch, self.queue, self.dice = folder, monkeypatch, queue, random.Random(seed)
        self.notices = folder / "notices.jsonl"
        self.account = Account(
            {"mail.example.com": None, "plain.example.com": None}, rate=100_000, quota=100_000,
            postman=Postman(self.notices, repeated=0.1, shuffled=25, seed=seed),
        )  # fmt: skip
        self.read: list[Read] = []
        self.printed: list[str] = []  # by commands, logs among it
        self.counted: list[str] = []  # the log of the function, and that of the server
        self.hits: list[str] = []
        self.late: list[str] = []
        self._brought = 0  # lines of the notices
        self._set()
        self.students = self._students()
        package(folder / "function", DEFAULT_LOGO)
        self.function = Function(folder / "function", queue)

    @property
    def mails(self) -> list[Accepted]:
        """What SES took: the truth of who got mail."""
        return self.account.accepted

    @property
    def told(self) -> list[dict]:
        """What SES told, once each."""
        lines = dict.fromkeys(json.loads(line)["Message"] for line in self.notices.read_text().splitlines())
        return [json.loads(line) for line in lines]

    def mailer(self, *words: str) -> str:
        """Run a command as a manager does; what it prints."""
        command = [sys.executable, "-m", "mailer_cli", *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed += [done.stdout, done.stderr]
        return done.stdout

    def crawl(self, address: str, boards: Iterable[str]) -> None:
        """Crawl boards of a sandbox, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda board: scrapy(address, "crawl", board, WANTED_SOURCE="sitemap"), boards))
        for done in runs:
            assert done.returncode == 0, done.stdout + done.stderr
            self.printed += [done.stdout, done.stderr]

    def mailing(self, address: str, at: str) -> list[Accepted]:
        """Plan, check and send the next slot as of an instant, the present from then on; the mails that went."""
        before = len(self.mails)
        self.monkeypatch.setenv("JOB_CLOCK", at)
        self.monkeypatch.setenv("JOBSPIDER_SANDBOX", address)
        with SesServer(self.account) as ses:
            self.monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.endpoint)
            for step in (["plan"], ["check"], ["send", "--early"]):
                self.mailer(*step)
        return self.mails[before:]

    def be_read(self, mails: Iterable[Accepted]) -> None:
        """Let the readers do what they do with mails that were sent just now."""
        found = [Read(mail, visit) for mail in mails for visit in visits(mail)]
        for mail, visit in found:
            if visit.what == "click" and mail.configuration_set:
                self.account.postman.post(click(mail, visit))
        self.account.postman.flush()
        asked = [read for read in found if read.visit.what != "click"]
        # The server keeps the time of the mailing, so whoever looks ahead asks there.
        at_server = [read for read in asked if read.visit.after < SOON or read.visit.what == "page"]
        self.counted.append(
            ask_function(self.function, [each for each in asked if each not in at_server], len(self.read))
        )
        sent = clock.now()
        self.monkeypatch.setenv("JOB_CLOCK", (sent + timedelta(seconds=3)).isoformat())
        self.counted.append(ask_server(at_server))
        self.monkeypatch.setenv("JOB_CLOCK", sent.isoformat())
        self.read += found

    def come_back(self, *others: str, late: float = 0.05, repeated: float = 0.1) -> None:
        """Bring everything new to where it is pulled from, but for a share that `come_late`."""
        in_queue, lines = drained(self.queue), self.notices.read_text().splitlines()
        fresh = [*in_queue, *lines[self._brought :], *others]
        self._brought = len(lines)
        in_folder = [line for path in (self.folder / "hits").glob("*.jsonl") for line in path.read_text().splitlines()]
        self.hits += [*in_queue, *in_folder]
        self.dice.shuffle(fresh)
        held = round(len(fresh) * late)
        self.late = fresh[:held]
        put(self.queue, fresh[held:] + self.dice.sample(fresh[held:], round(len(fresh) * repeated)))

    def come_late(self) -> None:
        """Bring what was held back."""
        put(self.queue, self.late)

    def pull(self) -> dict:
        """`mailer events pull`; what it says as JSON."""
        return json.loads(self.mailer("events", "pull", "--wait", "1", "--json"))

    def _set(self) -> None:
        """Have the shipped settings with an endpoint, a folder for its hits, and an SES that is in no need of rest."""
        config = self.folder / "config"
        config.mkdir()
        changes = CHANGES | {HITS: f'hits = "{self.folder / "hits"}"'}
        for path in (ROOT / "config").glob("*.toml"):
            text = path.read_text(encoding="utf-8")
            for old, new in changes.items():
                assert path.name != "mail.toml" or old in text
                text = text.replace(old, new)
            (config / path.name).write_text(text, encoding="utf-8")
        for name, value in (
            ("JOB_CONFIG_DIR", str(config)), ("MAIL_DELIVERY", "ses"), ("MAIL_TOKEN_KEYS", KEY.hex()),
            ("MAIL_EVENTS_QUEUE", self.queue), ("JOB_CLOCK", MONDAY),
        ):  # fmt: skip
            self.monkeypatch.setenv(name, value)

    def _students(self) -> list[dict[str, str]]:
        """Import a roster in which some addresses bounce and complain, and no name or number stands elsewhere."""
        path = self.folder / "roster.csv"
        command = [sys.executable, "-m", "sandbox.roster", "--day", MONDAY[:10], "--out", str(path)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            row |= {"name": f"쀼{chr(0xB000 + number)}", "phone": f"010-{7301 + number}-{9876 - number}"}
        for number, fate in FATES.items():
            local, _, domain = rows[number]["email"].partition("@")
            rows[number] |= {
                "email": f"{local.partition('+')[0]}+{fate}@{domain}",
                "status": "교육 중",
                "mail_on": "on",
            }
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        self.mailer("roster", "import", str(path))
        return rows
