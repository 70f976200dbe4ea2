"""When mailings go out: the slots of the week, in KST. Pure."""

from datetime import date, datetime, time, timedelta

from jobdb.clock import KST
from jobdb.errors import OperatorError
from mailer_cli.config import Slots


def next_slot(now: datetime, rule: Slots) -> datetime:
    """Return the first slot after an aware instant."""
    here = now.astimezone(KST)
    days = (here.date() + timedelta(days=ahead) for ahead in range(8))
    slots = (_slot_on(day, rule) for day in days if day.weekday() in rule.weekdays)
    return next(slot for slot in slots if slot > here)


def last_slot(now: datetime, rule: Slots) -> datetime:
    """Return the latest slot that has come at an aware instant."""
    here = now.astimezone(KST)
    days = (here.date() - timedelta(days=ago) for ago in range(8))
    slots = (_slot_on(day, rule) for day in days if day.weekday() in rule.weekdays)
    return next(slot for slot in slots if slot <= here)


def read_slot(text: str, rule: Slots) -> datetime:
    """Read a slot from ISO 8601: a day means its slot's hour, a time without an offset means KST."""
    try:
        slot = _slot_on(date.fromisoformat(text), rule) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{text!r} is no day; write it like 2026-11-24 or 2026-11-24T17:00") from None
    return slot.astimezone(KST) if slot.tzinfo else slot.replace(tzinfo=KST)


def misgivings(slot: datetime, now: datetime, rule: Slots) -> list[str]:
    """Return what speaks against planning a slot: its day or hour is none of the week's, or it has passed."""
    here = slot.astimezone(KST)
    regular = here.weekday() in rule.weekdays and here == _slot_on(here.date(), rule)
    told = [] if regular else ["it is none of the week's slots: somebody must run `mailer send` then"]
    return (
        told if slot > now else [*told, 'it has passed: once it is late, it leaves by `mailer send --late "why"` alone']
    )


def _slot_on(day: date, rule: Slots) -> datetime:
    return datetime.combine(day, time(rule.hour), KST)
