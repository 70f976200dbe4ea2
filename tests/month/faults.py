"""What goes wrong, when, and what whoever looks after the job mail should be told of it: once, and once it is over."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.conftest import run
from tests.month.hook import Subject
from tests.month.school import labelled, plain
from tests.month.world import World

BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=5)
S3, NOWHERE = "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Made:
    """A fault that was made, and the incidents that it should raise."""

    what: str
    at: datetime
    raises: tuple[Subject, ...]
    silences: int = 0  # how often the heartbeat should be missed


def board(world: World, name: str, at: datetime, kind: str) -> Made:
    """A board's crawl meets nothing but trouble."""
    trouble = f"{kind}@{name}:1"
    world.later(at - BEFORE, lambda: world.boards.troubles.add(trouble))
    world.later(at + AFTER, lambda: world.boards.troubles.discard(trouble))
    told = {"500": "is down", "markup": "has another markup", "block": "shows a block page", "empty": "shows nothing"}
    return Made(f"{name} {told[kind]}", at, (("crawl", name),))


def sender_killed(world: World, slot: datetime) -> Made:
    """SIGKILL in the middle of the mailing; the one call that SES never took waits for a person."""
    _mid_mailing(world, slot, world.provider.kill)
    return Made("the sender is killed in the middle", slot, (("unknown", "발송 여부"),))


def quota_used_up(world: World, slot: datetime) -> Made:
    """SES says that the day's quota is used up, until it is raised an hour later."""
    _mid_mailing(world, slot, world.provider.use_up_quota)
    world.later(slot + timedelta(minutes=75), lambda: setattr(world.provider, "quota", 1_000_000))
    return Made("SES's quota is used up", slot, (_slot(slot),))


def paused(world: World, slot: datetime) -> Made:
    """SES switches the account off in the middle, and on again when it is too late for the schedule."""
    _mid_mailing(world, slot, lambda: setattr(world.provider, "enabled", False))
    world.later(slot + timedelta(hours=3, minutes=5), lambda: setattr(world.provider, "enabled", True))
    return Made("SES pauses the account", slot, (_slot(slot),))


def answers_lost(world: World, slot: datetime) -> Made:
    """SES takes the mails and no answer comes back: the breaker stops the mailing."""
    _losing(world, slot, 1)
    return Made("SES's answers are lost, one after another", slot, (_slot(slot),))


def events_late(world: World, slot: datetime) -> Made:
    """A few answers are lost, and the events that tell how it went come two hours late."""
    _losing(world, slot, 20)
    world.later(slot - BEFORE, lambda: setattr(world.post, "held_until", slot + timedelta(minutes=100)))
    return Made("answers lost, and SES's events late", slot, (("unknown", "발송 여부"),))


def sheet_unreadable(world: World, slot: datetime) -> Made:
    """The last reading of the refusals before a mailing fails, and the manager mends it an hour later."""
    begins, mended = slot - timedelta(minutes=14), slot + timedelta(minutes=65)
    world.later(begins, lambda: setattr(world.google, "status", 500))
    world.later(mended, lambda: setattr(world.google, "status", 200))
    world.later(mended, lambda: world.by_hand("refusals", "pull"))
    return Made("the Sheet of refusals cannot be read", begins, (("job", "refusals"), _slot(slot)))


def bad_addresses(world: World, slot: datetime) -> Made:
    """The LMS has a batch of addresses that do not exist."""

    def misspell() -> None:
        day = slot.date()
        mails = len(world.provider.accepted) + len(world.school.may(day))
        students = plain(world.school, day)
        for lms_id in world.dice.sample(students, min(len(students), math.ceil(0.05 * mails) + 5)):
            world.school.set(lms_id, email=labelled(world.school.rows[lms_id].email, "bounce"))
        world.school.write(world.roster)

    world.later(slot - timedelta(hours=4), misspell)
    return Made("many addresses bounce", slot, (("bounces", "반송"),))


def database_away(world: World, at: datetime) -> Made:
    """Nobody gets into the database for an hour."""
    world.later(at + AFTER, lambda: _shut(world))
    world.later(at + timedelta(minutes=65), lambda: _open(world))
    return Made("the database is away for an hour", at, (("database", "데이터베이스"),))


def machine_down(world: World, at: datetime, missed: str) -> Made:
    """The machine that runs the schedule stands still from half past midnight until 14:05."""
    world.later(at + timedelta(minutes=25), lambda: setattr(world, "stopped", True))
    world.later(at + timedelta(hours=14, minutes=5), lambda: setattr(world, "stopped", False))
    return Made(f"the machine is down; {missed} never runs", at, (("job", missed),), silences=1)


def bucket_away(world: World, at: datetime) -> Made:
    """S3 does not answer at the hour of the backup."""
    there = os.environ[S3]
    world.later(at - BEFORE, lambda: world.patch.setenv(S3, NOWHERE))
    world.later(at + AFTER, lambda: world.patch.setenv(S3, there))
    return Made("the backup's bucket does not answer", at, (("job", "backup"),))


def _mid_mailing(world: World, slot: datetime, act: Callable[[], object]) -> None:
    """Let something happen after a third of a slot's mails."""

    def prepare() -> None:
        world.provider.then(max(3, len(world.school.may(slot.date())) // 3), act)

    world.later(slot - BEFORE, prepare)


def _losing(world: World, slot: datetime, each: int) -> None:
    world.later(slot - BEFORE, lambda: setattr(world.provider, "loses", each))
    world.later(slot + AFTER, lambda: setattr(world.provider, "loses", 0))


def _slot(slot: datetime) -> Subject:
    return "slot", f"{slot.month}월 {slot.day}일"


def _shut(world: World) -> None:
    world.away, name = True, world.database.info.dbname
    run(world.address, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    world.ask(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def _open(world: World) -> None:
    world.away = False
    run(world.address, f"ALTER DATABASE {world.database.info.dbname} ALLOW_CONNECTIONS true")
