"""A posting as the sandbox knows it: its truth, from which each board's pages are printed."""

import dataclasses
from datetime import date, datetime

from jobdb.posting import Career, Deadline, Education, Employment


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One posting of one board, with the days on which it changes. Times are KST.

    `words` holds what a real row printed, word for word (title, company, deadline, career, education, employment,
    region, pay, posted): a board prints them instead of wording the meanings itself.
    """

    board: str
    board_id: str
    title: str
    company: str
    field: str  # backend, frontend, data, ai, pm, design, infra, mobile, business, office
    sido: str
    sigungu: str | None
    career: Career
    education: Education
    employment: Employment
    deadline: Deadline
    posted_at: datetime
    pay: str = ""
    skills: tuple[str, ...] = ()
    body: str = ""
    body_is_image: bool = False
    missing: frozenset[str] = frozenset()  # fields its card and page do not print: region, education, employment, …
    closes_on: date | None = None  # closed early by the company from this day
    vanishes_on: date | None = None  # taken off the board from this day
    remote: bool = False
    words: dict[str, str] = dataclasses.field(default_factory=dict)

    def is_closed(self, at: datetime) -> bool:
        """Tell whether applications have ended: early, or by the deadline."""
        if self.closes_on and at.date() >= self.closes_on:
            return True
        return self.deadline.at is not None and at > self.deadline.at

    def is_gone(self, at: datetime) -> bool:
        """Tell whether the board has taken the posting off its pages."""
        return self.vanishes_on is not None and at.date() >= self.vanishes_on
