"""What the ledger of the made-up SES says of the mailings: who got two, what came twice, who got none. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from email import message_from_bytes

from sandbox.readers import links
from sandbox.ses import Accepted
from tests.month.school import Reader

BOARDS = ("saramin.co.kr", "incruit.com", "wanted.co.kr", "work24.go.kr", "jobkorea.co.kr")
Got = Mapping[datetime, Sequence[tuple[Reader, Accepted]]]  # slot -> its mails, and to whom they went


def doubles(got: Got, student_of: Mapping[str, int]) -> Iterator[str]:
    """Whoever got two mails of a slot, by address and by the student of the delivery that a mail names."""
    for slot, mails in got.items():
        by_address = Counter(f"{course} {address}" for (course, address), _ in mails)
        by_student = Counter(f"student {student_of[mail.delivery_id]}" for _, mail in mails)
        yield from (f"{slot:%m-%d} {who}" for who, count in (by_address + by_student).items() if count > 1)


def repeats(got: Got) -> Iterator[str]:
    """Each posting that a reader was sent in two mails."""
    shown: Counter[tuple[Reader, str]] = Counter()
    for mails in got.values():
        for reader, mail in mails:
            shown.update((reader, link) for link in postings(mail))
    yield from (f"{address} {link}" for ((_, address), link), count in shown.items() if count > 1)


def postings(mail: Accepted) -> list[str]:
    """The links of a mail that lead to boards."""
    return [link for link in links(message_from_bytes(mail.raw)) if any(board in link for board in BOARDS)]


def missing(
    due: Mapping[datetime, set[Reader]], got: Got, why: Callable[[datetime, Reader], str | None]
) -> tuple[list[str], Counter[str]]:
    """Those who were to get a slot's mail and did not: without a reason, and reason -> how many with one."""
    forgotten, reasons = [], Counter[str]()
    for slot, readers in due.items():
        for reader in sorted(readers - {each for each, _ in got.get(slot, ())}):
            if reason := why(slot, reader):
                reasons[reason] += 1
            else:
                forgotten.append(f"{slot:%m-%d} {' '.join(reader)}")
    return forgotten, reasons
