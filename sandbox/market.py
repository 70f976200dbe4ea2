"""A made-up but believable job market: the same seed and day give the same postings; the next day some close."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind
from sandbox import words
from sandbox.job import Job

# The parts of a market's size; 고용24, which no quota names, comes on top.
SHARES = {"saramin": 0.42, "incruit": 0.25, "wanted": 0.17, "jumpit": 0.16, "worknet": 0.2}
LIFETIME_DAYS = 30  # the mean life of a posting; the oldest that still matters is twice as old


class Market:
    """All boards' postings on one day, drawn from a seed; about `size` of them are listed at once."""

    label = "made up"

    def __init__(self, seed: int, now: datetime, size: int = 600) -> None:
        self.seed, self.now, self.size = seed, now, size

    def listed(self, board: str) -> list[Job]:
        """Return the board's open postings, newest first."""
        return [job for job in self._jobs[board] if not job.is_closed(self.now) and not job.is_gone(self.now)]

    def drawn(self, board: str) -> list[Job]:
        """Return every posting of the last two lifetimes, open, closed or gone, newest first."""
        return self._jobs[board]

    def find(self, board: str, board_id: str) -> Job | None:
        """Return a posting of the last two lifetimes, unless the board has taken it off."""
        job = self._by_id.get((board, board_id))
        return None if job is None or job.is_gone(self.now) else job

    def saved(self, board: str, page: str) -> bytes | None:  # noqa: ARG002  the market has no saved pages
        """Return None: everything here is drawn."""
        return None

    @cached_property
    def _jobs(self) -> dict[str, list[Job]]:
        return {board: self._board(board) for board in SHARES}

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Job]:
        return {(job.board, job.board_id): job for jobs in self._jobs.values() for job in jobs}

    def _board(self, board: str) -> list[Job]:
        today = self.now.date()
        days = [today - timedelta(days=ago) for ago in range(2 * LIFETIME_DAYS)]
        jobs = [job for day in days for job in born_on(self.seed, board, day, self._births(board))]
        return sorted((job for job in jobs if job.posted_at <= self.now), key=lambda job: job.posted_at, reverse=True)

    def _births(self, board: str) -> int:
        # 0.97: the mean life is a little longer than LIFETIME_DAYS, less those that close or vanish early
        return max(1, round(self.size * SHARES[board] * 0.97 / LIFETIME_DAYS))


def born_on(seed: int, board: str, day: date, count: int) -> Iterator[Job]:
    """Yield the postings that appear on a board on one day; the same arguments give the same postings."""
    draw = random.Random(f"{seed}:{board}:{day}")  # noqa: S311  believable, not secret
    for serial in range(count):
        yield _job(draw, board, day, serial)


def _job(draw: random.Random, board: str, day: date, serial: int) -> Job:
    field = draw.choices(list(words.FIELDS), [spec.weight for spec in words.FIELDS.values()])[0]
    posted_at = datetime.combine(day, time(0), KST) + timedelta(seconds=draw.randrange(86_400))
    sido, sigungu = draw.choice(words.PLACES)
    career = _career(draw)
    life = draw.randrange(7, 2 * LIFETIME_DAYS - 7)
    return Job(
        board=board,
        board_id=_board_id(board, day, serial),
        title=words.title(draw, field, career),
        company=words.company(draw),
        field=field,
        sido=sido,
        sigungu=sigungu,
        career=career,
        education=draw.choices(words.EDUCATIONS, words.EDUCATION_WEIGHTS)[0],
        employment=draw.choices(words.EMPLOYMENTS, words.EMPLOYMENT_WEIGHTS)[0],
        deadline=_deadline(draw, day + timedelta(days=life)),
        posted_at=posted_at,
        pay=draw.choice(words.PAYS),
        skills=tuple(draw.sample(words.FIELDS[field].skills, k=min(3, len(words.FIELDS[field].skills)))),
        body=words.body(draw, field),
        body_is_image=draw.random() < 0.15,
        missing=frozenset(name for name in ("region", "education", "employment", "pay") if draw.random() < 0.04),
        closes_on=day + timedelta(days=draw.randrange(3, life + 1)) if draw.random() < 0.12 else None,
        vanishes_on=day + timedelta(days=draw.randrange(3, life + 20)) if draw.random() < 0.08 else None,
        remote=draw.random() < 0.05,
    )


def _career(draw: random.Random) -> Career:
    kind = draw.choices(
        [CareerKind.EXPERIENCED, CareerKind.ANY, CareerKind.BOTH, CareerKind.NEWCOMER], [50, 20, 18, 12]
    )[0]
    if kind is not CareerKind.EXPERIENCED:
        return Career(kind, 0, 0) if kind is CareerKind.NEWCOMER else Career(kind)
    least = draw.randrange(1, 8)
    return Career(kind, least, draw.choice([None, least + 2, least + 5]))


def _deadline(draw: random.Random, day: date) -> Deadline:
    kind = draw.choices(list(words.DEADLINES), list(words.DEADLINES.values()))[0]
    if kind is not DeadlineKind.DATED:
        return Deadline(kind)
    hour = draw.choices([time(23, 59, 59), time(18), time(17)], [92, 5, 3])[0]
    return Deadline(kind, datetime.combine(day, hour, KST))


def _board_id(board: str, day: date, serial: int) -> str:
    """Return an id of the board's own shape; ids grow with the day, as real ones do."""
    number = (day - date(2020, 1, 1)).days * 5_000 + serial
    if board == "worknet" and serial % 3 == 0:  # registered there; the others come from sites that number plainly
        return f"K{13_001 + serial % 90}{day:%y%m%d}{serial % 10_000:04}"
    shapes = {"saramin": f"{40_000_000 + number}", "incruit": f"{day:%y%m%d}{serial:07}", "wanted": f"{number}"}
    return shapes.get(board, f"{50_000_000 + number}")
