"""Who the students are, what happens to them, and who of them may get mail by what the product was told of it.

The rules are those of the requirements, written down a second time as simply as they can be: nothing of the product
decides here.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sandbox.roster import LENGTH, Row, roster, write
from tests.month.window import A_DAY, in_window, months_later

MAILED = {"교육 중", "수료", "조기 수료"}
FATES = ("bounce", "full", "ooto", "complaint", "suppressionlist")
FULL_IN_A_ROW = 3  # then the mailbox is left alone for 30 days, longer than what is left of the month
Reader = tuple[str, str]  # course, folded address


@dataclass
class School:
    """The LMS, the Form, and what of both the product has read (`known`). `rows` is the LMS as it is."""

    rows: dict[str, Row]
    dice: random.Random
    refusals: list[tuple[datetime, str]] = field(default_factory=list)  # answers of the Form: when, whose address
    known: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # addresses that refused, bounced or complained, as was read
    full: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)

    def imported(self) -> None:
        """The product has read the roster."""
        self.known = dict(self.rows)

    def refusals_read(self) -> None:
        """The product has read the Form's answers."""
        self.gone |= {address for _, address in self.refusals}

    def bounced_full(self, address: str) -> None:
        """The product was told that a mailbox is full; ours stay full."""
        self.full[address] += 1
        if self.full[address] == FULL_IN_A_ROW:
            self.gone.add(address)

    def may(self, day: date) -> dict[Reader, list[str]]:
        """Who may get mail on a day: LMS ids by course and address, for two students of one address get one mail."""
        found: dict[Reader, list[str]] = {}
        for row in self.known.values():
            address = row.email.lower()
            ours = row.status in MAILED and row.mail_on == "on" and address not in self.gone
            if ours and in_window(row.starts_on, row.ends_on, day):
                found.setdefault((row.course, address), []).append(row.lms_id)
        return found

    def live(self) -> str:
        """Let something happen to somebody; what it was."""
        kind = min(LIFE, key=lambda kind: (self.changes[kind], self.dice.random()))
        someone = self.dice.choice(sorted(self.rows))
        LIFE[kind](self, someone)
        self.changes[kind] += 1
        return kind

    def answer_the_form(self, at: datetime) -> None:
        """Somebody refuses by the Form, as people write their addresses."""
        row = self.rows[self.dice.choice(sorted(self.rows))]
        self.refusals.append((at, row.email.lower()))

    def sheet(self) -> list[list[str]]:
        """The Form's answers as the Sheet shows them."""
        header = ["타임스탬프", "성함", "이메일"]
        return [header, *([_stamp(at), "홍길동", address.upper()] for at, address in self.refusals)]

    def set(self, lms_id: str, **changes: object) -> None:
        """Change a row of the LMS."""
        self.rows[lms_id] = replace(self.rows[lms_id], **changes)

    def write(self, path: Path) -> None:
        """Export the LMS."""
        write(self.rows.values(), path)


def school_of(first: date, days: int, a_course: int, dice: random.Random) -> School:
    """A made-up school of so many students a course, of which one course's window closes and one's opens meanwhile."""
    rows = [_moved(row, first, days) for row in roster(first)]
    numbers: Counter[str] = Counter()
    chosen = {}
    for row in reversed(rows):  # a course's last two stand for one person with two ids
        numbers[row.course] += 1
        if numbers[row.course] <= a_course:
            chosen[row.lms_id] = row
    school = School(dict(sorted(chosen.items())), dice)
    _give_fates(school, first)
    return school


def _moved(row: Row, first: date, days: int) -> Row:
    if row.course == "BIGDATA 75":
        ends_on = _day_before(first + days * 2 // 5 * A_DAY, lambda day: months_later(day, 6))
        return replace(row, starts_on=ends_on - LENGTH, ends_on=ends_on)
    if row.course == "FULLSTACK 43":
        starts_on = _day_before(first + days * 3 // 5 * A_DAY, lambda day: months_later(day, 4) + 15 * A_DAY)
        return replace(row, starts_on=starts_on, ends_on=starts_on + LENGTH)
    return row


def _day_before(target: date, later: Callable[[date], date]) -> date:
    day = target
    while later(day) > target:
        day -= A_DAY
    return day


def _give_fates(school: School, first: date) -> None:
    """Label some addresses so that their mails bounce, or are complained of: few, as in any school."""
    for fate, lms_id in zip(FATES, school.dice.sample(plain(school, first), len(FATES)), strict=True):
        school.set(lms_id, email=labelled(school.rows[lms_id].email, fate))


def plain(school: School, day: date) -> list[str]:
    """Students who get mail and have an address of their own on the common route, with no fate."""
    shared = Counter(row.email for row in school.rows.values())
    return [
        row.lms_id for row in school.rows.values()
        if row.status in MAILED and row.mail_on == "on" and in_window(row.starts_on, row.ends_on, day)
        and shared[row.email] == 1 and "+" not in row.email and "chunjae" not in row.email
    ]  # fmt: skip


def labelled(address: str, fate: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local}+{fate}@{domain}"


def _stamp(at: datetime) -> str:
    half, hour = ("오전", at.hour) if at.hour < 12 else ("오후", at.hour - 12)
    return f"{at.year}. {at.month}. {at.day} {half} {hour or 12}:{at:%M:%S}"


def _newcomer(school: School, lms_id: str) -> None:
    number = f"LMS-9{sum(school.changes.values()):03d}"
    school.rows[number] = replace(
        school.rows[lms_id], lms_id=number, email=f"newcomer{number[-3:]}@example.com", status="교육 중", mail_on="on"
    )


def _moves(school: School, lms_id: str) -> None:
    school.set(lms_id, email=f"moved{sum(school.changes.values()):03d}@example.org")


LIFE: dict[str, Callable[[School, str], None]] = {
    "finds work": lambda school, lms_id: school.set(lms_id, status="취업"),
    "finishes": lambda school, lms_id: school.set(lms_id, status="수료"),
    "finishes early": lambda school, lms_id: school.set(lms_id, status="조기 수료"),
    "drops out": lambda school, lms_id: school.set(lms_id, status="중도 포기"),
    "withdraws": lambda school, lms_id: school.set(lms_id, status="수강철회"),
    "switches the mail off": lambda school, lms_id: school.set(lms_id, mail_on="off"),
    "switches the mail on": lambda school, lms_id: school.set(lms_id, mail_on="on"),
    "has another address": _moves,
    "leaves the roster": lambda school, lms_id: school.rows.pop(lms_id) and None,
    "comes anew": _newcomer,
}


def times(dice: random.Random, first: datetime, days: int, count: int) -> Iterable[datetime]:
    """So many instants of some days, at office hours."""
    return sorted(
        first + timedelta(days=dice.randrange(days), hours=dice.randint(8, 20), minutes=dice.randrange(60))
        for _ in range(count)
    )
