"""What a month came to: the ledger of the made-up SES and the webhook against the rules, the faults and the figures."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes

from mailer_cli.cli import mailer  # noqa: F401  (the product must be importable where its figures are asked)
from sandbox.readers import links
from sandbox.ses import Accepted
from tests.month.clockwork import Clockwork
from tests.month.faults import Made
from tests.month.hook import Subject
from tests.month.world import World

BOARDS = ("saramin.co.kr", "incruit.com", "wanted.co.kr", "work24.go.kr", "jobkorea.co.kr")
SILENCE = timedelta(hours=2)
TOLD = {"delivered": "Delivery", "bounced": "Bounce", "complained": "Complaint", "opened": "open", "clicked": "Click",
        "unsubscribed": "unsubscribe"}  # fmt: skip


@dataclass
class Reckoning:
    """Each list should be empty and each count 0 but for those of what was done."""

    faults: list[Made]
    alerts: Counter[Subject]
    clears: Counter[Subject]
    silences: int
    mails: int = 0
    slots: int = 0
    doubles: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)  # why somebody of the slot got none after all
    figures: dict[str, tuple[int, int]] = field(default_factory=dict)  # metric -> stats, ledger
    open_ends: list[str] = field(default_factory=list)

    @property
    def expected(self) -> Counter[Subject]:
        """The incidents that the faults should raise."""
        return Counter(subject for made in self.faults for subject in made.raises)

    @property
    def amiss(self) -> list[str]:
        """Everything that is not as it should be, a line each."""
        wrong = [f"two mails of a slot: {each}" for each in self.doubles]
        wrong += [f"a posting twice: {each}" for each in self.repeats]
        wrong += [f"mail to whom there should be none: {each}" for each in self.wrong]
        wrong += [f"forgotten: {each}" for each in self.missing]
        wrong += [f"alerts: {each}" for each in _differences(self.alerts, self.expected)]
        wrong += [f"all-clears: {each}" for each in _differences(self.clears, self.expected)]
        wrong += [f"stats say {ours} {name}, the ledger {theirs}" for name, (ours, theirs) in self.figures.items()
                  if ours != theirs]  # fmt: skip
        silences = sum(made.silences for made in self.faults)
        wrong += [f"{self.silences} silences of the heartbeat for {silences}"] if self.silences != silences else []
        return wrong + self.open_ends


def reckon(world: World, work: Clockwork, made: list[Made]) -> Reckoning:
    """Count everything."""
    hook = world.hook
    found = Reckoning(
        made, hook.counted(over=False), hook.counted(over=True), len(hook.silences(SILENCE)),
        mails=len(world.provider.accepted), slots=len(world.due), wrong=list(world.wrong),
    )  # fmt: skip
    _doubles(found, world)
    _repeats(found, world)
    _missing(found, world)
    _figures(found, world)
    _open_ends(found, world, work)
    return found


def _doubles(found: Reckoning, world: World) -> None:
    student = dict(world.ask("SELECT id::text, student_id FROM delivery"))
    for slot, mails in world.got.items():
        by_address = Counter(reader for reader, _ in mails)
        by_student = Counter(student[mail.delivery_id] for _, mail in mails)
        twice = [str(who) for who, count in (*by_address.items(), *by_student.items()) if count > 1]
        found.doubles += [f"{slot:%m-%d} {who}" for who in twice]


def _repeats(found: Reckoning, world: World) -> None:
    for reader in {reader for mails in world.got.values() for reader, _ in mails}:
        shown = Counter(
            link for mails in world.got.values() for each, mail in mails if each == reader for link in postings(mail)
        )
        found.repeats += [f"{reader[1]} {link}" for link, count in shown.items() if count > 1]


def postings(mail: Accepted) -> list[str]:
    """The links of a mail that lead to boards."""
    return [link for link in links(message_from_bytes(mail.raw)) if any(board in link for board in BOARDS)]


def _missing(found: Reckoning, world: World) -> None:
    """Whoever was to get a slot's mail got it, or their row says why not."""
    for slot, due in world.due.items():
        for course, address in sorted(due - {reader for reader, _ in world.got[slot]}):
            rows = world.ask(
                "SELECT delivery.state, reason FROM delivery JOIN edition ON edition.id = edition_id "
                "JOIN course ON course.id = course_id WHERE slot = %s AND name = %s AND address = %s",
                slot, course, address,
            )  # fmt: skip
            reasons = [reason for state, reason in rows if state in ("skipped", "failed", "abandoned") and reason]
            if reasons:
                found.reasons[reasons[0]] += 1
            else:
                found.missing.append(f"{slot:%m-%d} {course} {address} {rows}")


def _figures(found: Reckoning, world: World) -> None:
    told = json.loads(world.by_hand("stats", "--json"))["total"]
    counts = {delivery: kinds for delivery, kinds in world.post.told.items() if kinds}
    found.figures["sent"] = told["sent"]["count"], len({mail.delivery_id for mail in world.provider.accepted})
    for metric, kind in TOLD.items():
        found.figures[metric] = told[metric]["count"], sum(kind in kinds for kinds in counts.values())


def _open_ends(found: Reckoning, world: World, work: Clockwork) -> None:
    waiting = world.ask("SELECT state, count(*) FROM delivery WHERE state IN "
                        "('planned', 'ready', 'held', 'sending', 'unknown') GROUP BY 1")  # fmt: skip
    found.open_ends += [f"{count} mails are still {state}" for state, count in waiting]
    found.open_ends += [f"still open: {kind} {subject}: {detail}" for kind, subject, detail in world.ask(
        "SELECT kind, subject, detail FROM incident WHERE closed_at IS NULL")]  # fmt: skip
    if world.ask("SELECT FROM unread_event"):
        found.open_ends.append("messages that could not be read")
    if "is whole" not in world.by_hand("backup", "verify", "--identity", str(world.folder / "job-mail.key")):
        found.open_ends.append("the last backup is not whole")
    if not work.ran["backup"]:
        found.open_ends.append("no backup was made")


def _differences(found: Counter[Subject], expected: Counter[Subject]) -> list[str]:
    return [
        f"{' '.join(subject)} {found[subject]} times for {expected[subject]}"
        for subject in sorted(found | expected) if found[subject] != expected[subject]
    ]  # fmt: skip
