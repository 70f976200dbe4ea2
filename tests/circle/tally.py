"""What `mailer stats` must say, counted in the plainest way from what SES took, what it told, and what readers did."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from sandbox.readers import links
from sandbox.ses import Accepted
from tests.circle.school import School

FEWEST = 5
BEST = ("human", "unknown", "machine")  # of several readers of a mail the first counts
OF_NOTICES = (
    "delivered",
    "bounced",
    "bounced_hard",
    "bounced_soft",
    "complained",
    "clicked",
    *(f"clicked_{who}" for who in BEST),
)
OF_HITS = ("opened", *(f"opened_{who}" for who in BEST), "unsubscribed")


@dataclass
class Fate:
    """One mail and what became of it: the metrics that it counts for, how often it was opened and each link clicked."""

    mail: Accepted
    course: str
    slot: datetime
    shown: set[str]
    metrics: set[str] = field(default_factory=set)
    opened: int = 0
    clicks: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # link -> readers

    @property
    def noticed(self) -> bool:
        return self.mail.configuration_set is not None

    @property
    def state(self) -> str:
        """The delivery's state, by the strongest notice."""
        states = {"complained": "complained", "bounced_hard": "bounced_hard", "delivered": "delivered"}
        return next((state for metric, state in states.items() if metric in self.metrics), "accepted")


BY: dict[str, Callable[[Fate], str]] = {
    "edition": lambda fate: f"{fate.slot:%Y-%m-%d %H:%M} {fate.course}",
    "course": lambda fate: fate.course,
    "track": lambda fate: fate.course.split()[0].lower(),
    "domain": lambda fate: fate.mail.recipient.rpartition("@")[2],
    "route": lambda fate: "default" if fate.noticed else "chunjae",
    "week": lambda fate: f"{fate.slot - timedelta(days=fate.slot.weekday()):%Y-%m-%d}",
}


def fates(school: School) -> list[Fate]:
    """What became of each mail that SES took."""
    found = {mail.message_id: _fate(mail) for mail in school.mails}
    for told in school.told:
        _count_notice(found[told["mail"]["messageId"]], told)
    openers, clickers = defaultdict(set), defaultdict(set)
    for mail, visit in school.read:
        one = found[mail.message_id]
        if visit.what == "open":
            one.opened += 1
            openers[mail.message_id].add(visit.reader)
        elif visit.what != "click":
            one.metrics.add("unsubscribed")
        elif one.noticed:
            one.clicks[visit.link][visit.reader] += 1
            clickers[mail.message_id].add(visit.reader)
    for what, who in (("opened", openers), ("clicked", clickers)):
        for name, readers in who.items():
            found[name].metrics |= {what, f"{what}_{next(each for each in BEST if each in readers)}"}
    return list(found.values())


def _fate(mail: Accepted) -> Fate:
    message = message_from_bytes(mail.raw)
    subject = str(make_header(decode_header(message["Subject"])))
    course = re.match(r"\[(.+?)\]", subject)
    assert course
    return Fate(mail, course[1], parsedate_to_datetime(message["Date"]), set(links(message)))


def _count_notice(fate: Fate, told: dict) -> None:
    kind = told["eventType"]
    if kind == "Bounce":
        hard = told["bounce"]["bounceType"] == "Permanent"
        fate.metrics |= {"bounced", "bounced_hard" if hard else "bounced_soft"}
        fate.metrics -= {"bounced_soft"} if "bounced_hard" in fate.metrics else set()
    elif kind in ("Delivery", "Complaint"):
        fate.metrics.add({"Delivery": "delivered", "Complaint": "complained"}[kind])


def expected(group: Iterable[Fate]) -> dict[str, tuple[int | None, int]]:
    """Metric -> (mails, of how many) of a group of mails, None where none of them could have shown it."""
    mails = list(group)
    told = [fate for fate in mails if fate.noticed]
    figures: dict[str, tuple[int | None, int]] = {}
    for metric in OF_NOTICES:
        figures[metric] = (sum(metric in fate.metrics for fate in told) if told else None, len(told))
    for metric in OF_HITS:
        figures[metric] = (sum(metric in fate.metrics for fate in mails), len(mails))
    figures["open_hits"] = (sum(fate.opened for fate in mails), len(mails))
    clicks = sum(times.total() for fate in told for times in fate.clicks.values())
    return figures | {"click_hits": (clicks if told else None, len(told))}


def said(row: dict) -> dict[str, tuple[int | None, int]]:
    """The same of a row of `mailer stats --json`."""
    figures = {metric: (row[metric]["count"], row[metric]["of"]) for metric in (*OF_NOTICES, *OF_HITS)}
    return figures | {
        "open_hits": (row["open_hits"], row["opened"]["of"]),
        "click_hits": (row["click_hits"], row["clicked"]["of"]),
    }


def grouped(found: Iterable[Fate], by: str) -> dict[str, list[Fate]]:
    """The mails by one of BY; of domains, those of fewer than five people together."""
    groups: dict[str, list[Fate]] = defaultdict(list)
    for fate in found:
        groups[BY[by](fate)].append(fate)
    return _together(groups) if by == "domain" else groups


def _together(groups: dict[str, list[Fate]]) -> dict[str, list[Fate]]:
    """Gather small domains; when they are fewer than five people even so, the next smallest with them."""
    people = {name: len({fate.mail.recipient for fate in mails}) for name, mails in groups.items()}
    few = [name for name in groups if people[name] < FEWEST]
    if few and sum(map(people.__getitem__, few)) < FEWEST:
        few.append(min(set(groups) - set(few), key=lambda name: (people[name], name)))
    gathered = [fate for name in few for fate in groups.pop(name)]
    return groups | ({"기타": gathered} if gathered else {})


def clicked(found: Iterable[Fate], link: str) -> dict[str, int]:
    """In how many mails a link was clicked, by whom, how often."""
    times = [fate.clicks[link] for fate in found if link in fate.clicks]
    best = Counter(next(who for who in BEST if who in each) for each in times)
    counts = {f"clicked_{who}": best[who] for who in BEST}
    return counts | {"clicked": len(times), "click_hits": sum(each.total() for each in times)}
