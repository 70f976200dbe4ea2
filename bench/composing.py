"""Measure composing: 3,000 mails of 20 postings, each with its student's name and signed links, against the plain way.

The plain way renders the whole template, compiled once, for each student and has EmailMessage write the bytes. That
both give the same bytes is checked. Run it with `python -m bench.composing` at the root of the repository.
"""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from mailer_cli.compose import Recipient, compose, composed
from mailer_cli.mime import to_bytes
from mailer_cli.rulesettings import TrackingSettings
from tests.mailer_cli.plainmail import plain_mail
from tests.mailer_cli.samples import LINKS, edition, posting, settings

MAILS = 3_000
SHARE = 30  # the plain way composes every thirtieth mail
SURNAMES, SYLLABLES = "김이박최정강조윤장임", "가나다라마바사아자차카타파하"
EDITION = edition(*(posting(number, board) for board in LINKS for number in range(5)))
SETTINGS = settings(tracking=TrackingSettings("https://track.example.com", (bytes(32),)))

Way = Callable[[Recipient], bytes]


def recipients() -> list[Recipient]:
    """Return students with Korean names of two to four syllables."""
    names = [surname + given * (1 + number % 3) for number, surname in enumerate(SURNAMES) for given in SYLLABLES]
    return [
        Recipient(str(UUID(int=number)), names[number % len(names)], f"student{number}@example.com")
        for number in range(MAILS)
    ]


def ours(recipient: Recipient) -> bytes:
    """Compose one mail the mailer's way."""
    return to_bytes(compose(EDITION, recipient, SETTINGS), SETTINGS, recipient)


def plainly(recipient: Recipient) -> bytes:
    """Compose one mail the plain way."""
    return plain_mail(EDITION, recipient, SETTINGS)


def rate(way: Way, students: Sequence[Recipient]) -> tuple[float, list[bytes]]:
    """Return mails a second, the best of three runs, each with the edition's first rendering, and the mails."""
    best, mails = 0.0, []
    for _ in range(3):
        composed.cache_clear()
        start = time.perf_counter()
        mails = [way(student) for student in students]
        best = max(best, len(students) / (time.perf_counter() - start))
    return best, mails


def main() -> None:
    """Print mails a second of both ways and the ratio; fail when a byte differs."""
    students = recipients()
    fast, mails = rate(ours, students)
    slow, plain = rate(plainly, students[::SHARE])
    assert mails[::SHARE] == plain, "the two ways differ"
    size = sum(map(len, mails)) // len(mails)
    print(f"{'once an edition':<20} {fast:>9,.0f} mails/s   {MAILS:,} mails of {size:,} bytes")
    print(f"{'each mail whole':<20} {slow:>9,.0f} mails/s   the same bytes of {len(plain):,}   1 : {fast / slow:.0f}")


if __name__ == "__main__":
    main()
