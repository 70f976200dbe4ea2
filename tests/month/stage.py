"""Everything that a month needs, on loopback: SES, SQS, S3, the boards, Google, the webhook, a school, a database."""

import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from urllib.request import urlopen

import boto3
import psycopg2
import pytest

from jobdb.clock import KST
from mailer_cli import messages
from mailer_cli.commands import watch
from ops import work
from ops.backup import bucket as buckets
from ops.backup.keys import make_key
from sandbox.ses import SesServer
from tests.circle.queues import queue
from tests.mailer_cli.google import google_on_loopback
from tests.mailer_cli.samples import ROOT
from tests.month import boards, hook, school
from tests.month.post import Post
from tests.month.provider import provider
from tests.month.within import a_child
from tests.month.world import World
from tests.serving import serving

BUCKET = "school-backup"
ROSTER = """
[jobs.roster]
about = "students and courses from the LMS"
at = "14:30"
minutes = 20
useful_minutes = 120
steps = [["mailer", "roster", "import", "{}"]]
"""


@contextmanager
def staged(folder: Path, first: date, days: int, *, size: int, a_course: int, seed: int) -> Iterator[World]:
    """A world over the empty database that DATABASE_URL names; about `size` postings are listed at once."""
    dice = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as open_things:
        open_ = open_things.enter_context
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # jobs take them for themselves
            open_things.callback(signal.signal, number, signal.getsignal(number))
        database = open_(closing(psycopg2.connect(os.environ["DATABASE_URL"])))
        database.autocommit = True
        url = emptied(open_(queue(patch)))
        people = school.school_of(first, days, a_course, dice)
        world = World(
            folder, datetime.combine(first, time(0), KST), days, dice, patch, database, people, provider(),
            Post(url, people, random.Random(seed)), boards.Boards(seed, size),
            open_(google_on_loopback(folder / "key.json", patch)), open_(serving(hook.Hook())),
        )  # fmt: skip
        world.provider.postman = world.post  # type: ignore[assignment]  # it brings what SES tells, in another time
        world.provider.sender = world.sender_pid
        ses = open_(SesServer(world.provider, watcher=world.provider.called))
        _lead_here(world, ses.endpoint, open_(boards.serving(world.boards)))
        _let_live(world)
        yield world


def emptied(url: str) -> str:
    """Forget what earlier tests of this process left in moto, which keeps it beyond its servers; the queue's URL."""
    urlopen(f"{os.environ['AWS_ENDPOINT_URL_SQS']}/moto-api/reset", data=b"").close()
    return boto3.client("sqs").create_queue(QueueName=url.rpartition("/")[2])["QueueUrl"]


def _lead_here(world: World, ses: str, boards_at: str) -> None:
    """Set what an operator sets, and put the driver's time in place of waiting."""
    folder, patch = world.folder, world.patch
    config = _config(folder)
    values = {
        "AWS_ENDPOINT_URL_SESV2": ses, "AWS_ENDPOINT_URL_S3": os.environ["AWS_ENDPOINT_URL_SQS"],
        "JOBSPIDER_SANDBOX": boards_at, "WANTED_SOURCE": "sitemap", "JOBSPIDER_LOG_LEVEL": "ERROR",
        "JOBSPIDER_KEPT_PAGES": str(folder / "pages"), "JOB_CONFIG_DIR": str(config),
        "JOB_SCHEDULE": str(config / "schedule.toml"), "JOB_LOGS": str(folder / "logs"),
        "MAIL_DELIVERY": "ses", "MAIL_TOKEN_KEYS": "ab" * 32, "MAIL_EVENTS_QUEUE": world.post.queue,
        "SHEET_ID": "sheet-id", "GOOGLE_APPLICATION_CREDENTIALS": str(folder / "key.json"),
        "ALERT_WEBHOOK_URL": f"{world.hook.url}/hook", "ALERT_HEARTBEAT_URL": f"{world.hook.url}/alive",
        "BACKUP_BUCKET": BUCKET, "BACKUP_FOLDER": str(folder / "backups"),
    }  # fmt: skip
    for name, value in values.items():
        patch.setenv(name, value)
    patch.setattr(boto3, "DEFAULT_SESSION", None)
    patch.setattr(watch, "VAR", folder / "var")
    patch.setattr(work, "Child", a_child(world.ran, lambda child: setattr(world, "sender", child)))
    gather = messages.Queue._gather
    patch.setattr(messages.Queue, "_gather", lambda self, _wait: gather(self, 0))
    patch.setattr(buckets, "PATIENT", buckets.PATIENT.merge(buckets.Config(retries={"total_max_attempts": 1})))
    where = {"LocationConstraint": "ap-northeast-2"}
    boto3.client("s3", region_name="ap-northeast-2").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)


def _config(folder: Path) -> Path:
    """Copy config/ and the schedule with what a school puts in; jobs try again at once."""
    config = folder / "config"
    config.mkdir()
    recipient = make_key(folder / "job-mail.key", datetime.now(KST))
    changes = {
        "mail.toml": (("rate = 14 #", "rate = 2000 #"), ('tracking = ""', 'tracking = "https://track.example.com"'),
                      ('hits = "var/hits"', f'hits = "{folder / "hits"}"')),
        "courses.toml": (), "backup.toml": (("recipients = []", f'recipients = ["{recipient}"]'),),
        "schedule.toml": (),
    }  # fmt: skip
    for name, replaced in changes.items():
        text = (ROOT / ("ops" if name == "schedule.toml" else "config") / name).read_text(encoding="utf-8")
        for old, new in replaced:
            assert old in text, f"{name}: {old}"
            text = text.replace(old, new)
        if name == "schedule.toml":
            text = re.sub(r"pause_minutes = \d+", "pause_minutes = 0", text) + ROSTER.format(folder / "roster.csv")
        (config / name).write_text(text, encoding="utf-8")
    return config


def _let_live(world: World) -> None:
    """Plan what happens to people: the LMS and the Form change, about twice and half a time a day."""
    world.school.write(world.roster)

    def live() -> None:
        world.school.live()
        world.school.write(world.roster)

    for at in school.times(world.dice, world.first, world.days, world.days * 2):
        world.later(at, live)
    for at in school.times(world.dice, world.first, world.days, world.days // 2):
        world.later(at, lambda at=at: _refuse(world, at))


def _refuse(world: World, at: datetime) -> None:
    world.school.answer_the_form(at)
    (tab,) = world.google.tabs
    world.google.tabs[tab] = world.school.sheet()
