"""A slot that passed: did those who were to get mail get it? "Green, but nothing was sent" is the worst of troubles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from jobdb.clock import KST
from mailer_cli.records import SENT
from mailer_cli.watching.finding import Finding, instant_words

GRACE = timedelta(hours=1)  # after the slot: by then the mails have left
ENOUGH = 0.9  # of those who were to get mail: a few refused addresses are no trouble of the mailing
USUAL = 0.5  # of the median of the slots before: below it the roster or the plan lost people
WAITING = ("planned", "ready", "sending", "held")
WHY = {
    "not_planned": ("no mailing was planned", "발송 계획이 만들어지지 않았습니다"),
    "approval": ("it waits for `mailer approve`", "승인을 기다리고 있습니다(`mailer approve`)"),
    "paused": ("it is paused", "발송이 일시 중지되어 있습니다"),
    "held": ("it is held; `mailer status` says why", "발송이 보류되어 있습니다"),
    "no_postings": ("there were no postings to send", "보낼 공고가 없었습니다"),
}
REMEDY = '`mailer status`로 상태를 확인하고, 3시간이 지났다면 `mailer send --late "사유"`로 보낼 수 있습니다.'
BEFOREHAND = "발송 시각 전에 개발 담당자에게 알려 주세요. (`mailer plan`, `mailer check`)"


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A slot, its deliveries by state, who of them was skipped for want of postings, and what explains the rest.

    `expected` counts who was to get mail; `before` holds the mails that left at the slots before; `why` is a key of
    WHY; `preparing` is what the job that plans it said when it failed, before the slot.
    """

    slot: datetime
    expected: int
    states: Mapping[str, int] = field(default_factory=dict)
    before: Sequence[int] = ()
    why: str | None = None
    preparing: str | None = None

    @property
    def sent(self) -> int:
        """Return how many mails left."""
        return sum(self.states.get(state, 0) for state in SENT)

    @property
    def waiting(self) -> int:
        """Return how many mails are still to leave."""
        return sum(self.states.get(state, 0) for state in WAITING)


def slot_finding(facts: SlotFacts, now: datetime) -> Finding | None:
    """Return what is wrong with a slot's mailing, or None: before the slot only that it could not be prepared."""
    told = _told(facts) if now - facts.slot >= GRACE else _beforehand(facts, now)
    if told is None:
        return None
    english, korean = told
    at = f"{facts.slot.astimezone(KST):%a %m-%d %H:%M}"
    remedy = REMEDY if now >= facts.slot else BEFOREHAND
    subject = facts.slot.astimezone(KST).isoformat(timespec="minutes")
    return Finding("slot", subject, f"{at}: {english}", f"{instant_words(facts.slot)} 발송: {korean}", remedy)


def _told(facts: SlotFacts) -> tuple[str, str] | None:
    if facts.expected and facts.sent < ENOUGH * facts.expected:
        return _short(facts)
    usual = median(facts.before) if facts.before else 0
    if facts.sent < USUAL * usual:
        return (
            f"only {facts.sent} mails were sent, where {usual:.0f} are usual; look at the roster",
            f"{facts.sent}통만 발송되었습니다. 평소에는 {usual:.0f}통 정도입니다. 명단을 확인해 주세요",
        )
    return None


def _short(facts: SlotFacts) -> tuple[str, str]:
    english, korean = WHY.get(facts.why or "", ("", ""))
    because, reason = (f": {english}" if english else ""), (f" — {korean}" if korean else "")
    if facts.sent:
        told = f"{facts.sent} of {facts.expected} mails were sent"
        return told + because, f"{facts.expected}통 중 {facts.sent}통만 발송되었습니다{reason}"
    told = f"none of {facts.expected} mails was sent"
    return told + because, f"{facts.expected}통 중 한 통도 발송되지 않았습니다{reason}"


def _beforehand(facts: SlotFacts, now: datetime) -> tuple[str, str] | None:
    if facts.preparing is None or now >= facts.slot:
        return None
    return f"it could not be prepared: {facts.preparing}", f"발송 준비에 실패했습니다 — {facts.preparing}"
