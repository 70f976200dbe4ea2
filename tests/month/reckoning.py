"""What a month came to: the ledger, the webhook and the figures against the rules and the faults that were made."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.month import ledger
from tests.month.clockwork import Clockwork
from tests.month.faults import Made
from tests.month.hook import Hook, Subject, Told
from tests.month.school import Reader
from tests.month.world import World

SILENCE = timedelta(hours=2)
SOON = timedelta(days=1)  # within it a fault is told
# metric of `mailer stats` -> what came back of such mails
CAME_BACK = {"delivered": "Delivery", "bounced": "Bounce", "complained": "Complaint", "opened": "open",
             "clicked": "Click", "unsubscribed": "unsubscribe"}  # fmt: skip
OPEN = "('planned', 'ready', 'held', 'sending', 'unknown')"


@dataclass(frozen=True, slots=True)
class Heard:
    """How often one incident of one fault was told, and its end."""

    made: Made
    subject: Subject
    alerts: int
    clears: int


@dataclass
class Reckoning:
    """What was counted; `amiss` holds everything that is not as it should be."""

    heard: list[Heard]
    alerts: int
    clears: int
    strangers: list[str]  # alerts of nothing that was made
    silences: int
    mails: int
    slots: int
    doubles: list[str]
    repeats: list[str]
    wrong: list[str]
    forgotten: list[str]
    reasons: Counter[str]  # why somebody of a slot got no mail after all
    figures: dict[str, tuple[int, int]]  # metric -> of `mailer stats`, of the ledger and of what came back
    open_ends: list[str] = field(default_factory=list)

    @property
    def amiss(self) -> list[str]:
        """Return a line for each thing that should not be."""
        lines = [f"two mails of a slot: {each}" for each in self.doubles]
        lines += [f"a posting twice: {each}" for each in self.repeats]
        lines += [f"a mail to whom there should be none: {each}" for each in self.wrong]
        lines += [f"forgotten: {each}" for each in self.forgotten]
        lines += [f"{each.made.what}: {' '.join(each.subject)}: {each.alerts} alerts, {each.clears} all-clears"
                  for each in self.heard if (each.alerts, each.clears) != (1, 1)]  # fmt: skip
        lines += [f"stats: {metric} is {ours}, the ledger has {theirs}"
                  for metric, (ours, theirs) in self.figures.items() if ours != theirs]  # fmt: skip
        lines += [f"an alert of nothing that was made: {each}" for each in self.strangers]
        if self.clears != self.alerts:
            lines.append(f"{self.clears} all-clears for {self.alerts} alerts")
        silences = sum(made.silences for made in {id(each.made): each.made for each in self.heard}.values())
        if self.silences != silences:
            lines.append(f"the heartbeat was missed {self.silences} times for {silences}")
        return lines + self.open_ends


def reckon(world: World, work: Clockwork, made: list[Made]) -> Reckoning:
    """Count everything, while the world still stands."""
    forgotten, reasons = ledger.missing(world.due, world.got, lambda slot, reader: _why(world, slot, reader))
    return Reckoning(
        heard=[_heard(world.hook, each, subject) for each in made for subject in each.raises],
        alerts=sum(not told.over for told in world.hook.told),
        clears=sum(told.over for told in world.hook.told),
        strangers=[
            f"{told.at:%m-%d %H:%M} {told.words}"
            for told in world.hook.told
            if not (told.over or _expected(told, made))
        ],
        silences=len(world.hook.silences(SILENCE)),
        mails=len(world.provider.accepted),
        slots=len(world.due),
        doubles=list(ledger.doubles(world.got, dict(world.ask("SELECT id::text, student_id FROM delivery")))),
        repeats=list(ledger.repeats(world.got)),
        wrong=world.wrong,
        forgotten=forgotten,
        reasons=reasons,
        figures=_figures(world),
        open_ends=_open_ends(world, work),
    )


def _expected(told: Told, made: list[Made]) -> bool:
    return any(told.subject in each.raises and each.at <= told.at <= each.at + SOON for each in made)


def _heard(hook: Hook, made: Made, subject: Subject) -> Heard:
    """Count the alerts soon after a fault, and the all-clears from there to the next alert of the same."""
    told = [each for each in hook.told if each.subject == subject and each.at >= made.at]
    alerts = [each.at for each in told if not each.over]
    soon = [at for at in alerts if at <= made.at + SOON]
    following = [at for at in alerts if at > made.at + SOON]
    clears = [each for each in told if each.over and soon and each.at > soon[0]]
    return Heard(made, subject, len(soon), sum(not following or each.at <= following[0] for each in clears))


def _why(world: World, slot: datetime, reader: Reader) -> str | None:
    """Return what the database gives as the reason why somebody got no mail of a slot."""
    rows = world.ask(
        """
        SELECT delivery.reason
        FROM delivery JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
        WHERE (slot, name, address) = (%s, %s, %s) AND delivery.state IN ('skipped', 'failed', 'abandoned')
        """,
        slot, *reader,
    )  # fmt: skip
    return next((reason for (reason,) in rows if reason), None)


def _figures(world: World) -> dict[str, tuple[int, int]]:
    told = json.loads(world.by_hand("stats", "--json"))["total"]
    came_back = list(world.post.told.values())
    counts = {metric: sum(kind in kinds for kinds in came_back) for metric, kind in CAME_BACK.items()}
    counts["sent"] = len({mail.delivery_id for mail in world.provider.accepted})
    return {metric: (told[metric]["count"], count) for metric, count in counts.items()}


def _open_ends(world: World, work: Clockwork) -> list[str]:
    """Return what is not finished, not read or not whole."""
    waiting = world.ask(f"SELECT state, count(*) FROM delivery WHERE state IN {OPEN} GROUP BY 1")
    lines = [f"{count} mails are still {state}" for state, count in waiting]
    lines += [f"still open: {' '.join(row)}" for row in world.ask(
        "SELECT kind, subject, detail FROM incident WHERE closed_at IS NULL")]  # fmt: skip
    if world.ask("SELECT FROM unread_event"):
        lines.append("messages that could not be read")
    key = str(world.folder / "job-mail.key")
    if not work.ran["backup"] or "is whole" not in world.by_hand("backup", "verify", "--identity", key):
        lines.append("there is no whole backup")
    return lines
