"""What boards that print HTML share: their templates, and the words of a posting's fields."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from jobdb.posting import Career
from sandbox.job import Job
from sandbox.shelf import Shelf

WEEKDAYS = "월화수목금토일"
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

T = TypeVar("T")


class Listing:
    """A board's postings by the group (the board's category) that its lists are asked for."""

    def __init__(self, shelf: Shelf, board: str, groups: Mapping[str, frozenset[str]]) -> None:
        self.shelf, self.board, self.groups = shelf, board, groups

    def of(self, group: str) -> list[Job]:
        """Return the group's postings, newest first; all of them for the group ""."""
        return self._by_group.get(group, []) if group else self._all

    @cached_property
    def _all(self) -> list[Job]:
        return self.shelf.listed(self.board)

    @cached_property
    def _by_group(self) -> dict[str, list[Job]]:
        return {group: [job for job in self._all if job.field in fields] for group, fields in self.groups.items()}

    def other_than(self, job: Job) -> Job | None:
        """Return another posting, such as boards show below the one that was asked for."""
        return next((other for other in self._all if other.board_id != job.board_id), None)


def whole_number(request: Request, name: str, otherwise: int) -> int:
    """Return a whole number from 1 out of the query; `otherwise` for none or nonsense."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else otherwise


def printed(job: Job, name: str, meaning: T, wording: Callable[[T], str] | Mapping[T, str]) -> str:
    """Return what a field's place on the page holds: a real row's own words, else the board's wording of its meaning.

    "" where the posting does not have the field, or a real row did not print it.
    """
    if name in job.missing:
        return ""
    if job.words:
        return job.words.get(name, "")
    return wording(meaning) if callable(wording) else wording.get(meaning, "")


def years(career: Career, least: str, between: str, none: str) -> str:
    """Word an experienced worker's years: the formats take `least` and `most`."""
    if career.min_years is None:
        return none
    form = least if career.max_years is None else between
    return form.format(least=career.min_years, most=career.max_years)


def weekday(day: datetime) -> str:
    """Return the day of the week as one letter."""
    return WEEKDAYS[day.weekday()]
