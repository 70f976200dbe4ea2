"""Who reads, by all that is known of one mail: its openings and clicks together with when it arrived."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer_cli.events.told import Verdict

# No person opens a mail so soon; gateways look while they take the mail in, before they say that they have it.
SOON, WHILE_TAKING = timedelta(seconds=10), timedelta(minutes=1)
# Different links of one mail in a moment: a scanner tries them all. People open several postings at a go, too, but not
# three in two seconds (paminga.com/docs/concepts/bot-filtering, autoemails.com/help/agent/mark-bot-unsubscribe).
MANY, MOMENT = 3, timedelta(seconds=2)

TOO_SOON = Verdict("machine", "too_soon")
BEFORE_DELIVERY = Verdict("unknown", "before_delivery")  # a preview in the house: nobody had the mail yet
BURST = Verdict("machine", "burst")


@dataclass(frozen=True, slots=True)
class Reading:
    """An opening (`link` is None) or a click, with the verdict of its user agent; `link` is the same for one link."""

    id: int
    at: datetime
    by_agent: Verdict
    link: str | None = None


def judged(readings: Sequence[Reading], delivered_at: datetime | None) -> Iterator[tuple[Reading, Verdict]]:
    """Yield each reading of one mail with who read; the order in which they are given does not matter.

    `delivered_at` is when the mail arrived, or the latest instant known before that; None: nobody knows.
    """
    clicks = sorted((reading for reading in readings if reading.link), key=lambda reading: reading.at)
    bursts = _bursts(clicks)
    for reading in readings:
        yield reading, _verdict(reading, delivered_at, reading.id in bursts)


def _verdict(reading: Reading, delivered_at: datetime | None, burst: bool) -> Verdict:
    if reading.by_agent.reader == "machine":
        return reading.by_agent
    if delivered_at and reading.at < delivered_at + SOON:
        return TOO_SOON if reading.at >= delivered_at - WHILE_TAKING else BEFORE_DELIVERY
    return BURST if burst else reading.by_agent


def _bursts(clicks: Sequence[Reading]) -> set[int]:
    """Return the ids of the clicks, given in order, that lie in a moment with many different links."""
    found: set[int] = set()
    first = 0
    for last, click in enumerate(clicks):
        while click.at - clicks[first].at > MOMENT:
            first += 1
        moment = clicks[first : last + 1]
        if len({each.link for each in moment}) >= MANY:
            found.update(each.id for each in moment)
    return found
