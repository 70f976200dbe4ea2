"""One [jobs.KEY] of the schedule, read strictly: what nobody knows is an error that names the remedy."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from jobdb.errors import SettingError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # it becomes the name of a unit, a folder and a run
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
A_DAY = 24 * 60
LONGEST = 7 * A_DAY


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job. `week` holds its planned minutes, counted from Monday 00:00 KST, in order."""

    key: str
    about: str
    week: tuple[int, ...]
    longest: timedelta  # a run that takes longer is ended
    useful: timedelta  # so late a missed run still makes sense
    steps: tuple[tuple[str, ...], ...]
    go_on: frozenset[int] = frozenset()  # exit codes of a step after which the next one runs all the same
    tries: int = 1
    pause: timedelta = timedelta()  # between two tries of a step
    needs: tuple[str, ...] = ()  # settings of the environment without which it does not run
    off: bool = False
    without_database: bool = False  # it runs though the database does not answer, and leaves no row then


def read_job(path: Path, key: str, values: object) -> Job:
    """Return the job of one table; SettingError names file, job, key and remedy."""
    entry = _Entry(f"{path}: [jobs.{key}]", values)
    if not KEY.fullmatch(key):
        raise SettingError(f"{entry.where} is no name; write it like crawl-saramin")
    job = Job(
        key=key,
        about=entry.text("about"),
        week=_week(entry),
        longest=entry.minutes("minutes"),
        useful=entry.minutes("useful_minutes"),
        steps=tuple(entry.lists("steps")),
        go_on=frozenset(entry.maybe("go_on", [], _is_codes, "takes exit codes like [6]")),
        tries=entry.maybe("tries", 1, lambda value: type(value) is int and 1 <= value <= 10, "takes 1 to 10"),
        pause=entry.minutes("pause_minutes", 0),
        needs=tuple(entry.maybe("needs", [], _is_words, 'takes names of settings like ["SHEET_ID"]')),
        off=entry.switch("off"),
        without_database=entry.switch("without_database"),
    )
    entry.finish()
    return job


class _Entry:
    """The values of a job's table; each is taken once."""

    def __init__(self, where: str, values: object) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise SettingError(f"{where} must be a table")
        self.values: dict[str, Any] = dict(values)

    def maybe(self, key: str, otherwise: Any, fits: Callable[[Any], bool], remedy: str) -> Any:
        value = self.values.pop(key, otherwise)
        if not fits(value):
            raise SettingError(f"{self.where} {key} = {value!r}; it {remedy}")
        return value

    def text(self, key: str) -> str:
        return str(self.maybe(key, None, _is_line, "must be one line of text"))

    def switch(self, key: str) -> bool:
        return bool(self.maybe(key, False, lambda value: isinstance(value, bool), "takes true or false"))

    def minutes(self, key: str, otherwise: int | None = None) -> timedelta:
        def fits(value: object) -> bool:
            return type(value) is int and (otherwise is not None or value > 0) and 0 <= value <= LONGEST

        return timedelta(minutes=self.maybe(key, otherwise, fits, f"takes whole minutes, {LONGEST} at the most"))

    def lists(self, key: str) -> list[tuple[str, ...]]:
        remedy = 'must hold commands like [["mailer", "send"]]'
        commands = self.maybe(key, None, lambda value: isinstance(value, list) and value != [], remedy)
        if not all(_is_words(command) and command for command in commands):
            raise SettingError(f"{self.where} {key} {remedy}")
        return [tuple(command) for command in commands]

    def finish(self) -> None:
        if self.values:
            raise SettingError(f"{self.where} {', '.join(sorted(self.values))} is no setting of a job; remove it")


def _week(entry: _Entry) -> tuple[int, ...]:
    is_days = 'takes some of "mon" … "sun"'
    days = entry.maybe(
        "days", list(DAYS), lambda value: _is_words(value) and len(value) > 0 and {*value} <= {*DAYS}, is_days
    )
    times = _times(entry)
    return tuple(sorted({DAYS.index(day) * A_DAY + minute for day in days for minute in times}))


def _times(entry: _Entry) -> list[int]:
    """Return the minutes of the day at which a job is planned."""
    if ("at" in entry.values) == ("every" in entry.values):
        raise SettingError(f'{entry.where} needs either at = "17:00" or every = 10')
    if "every" in entry.values:
        every = entry.maybe("every", None, lambda value: type(value) is int and 0 < value <= 60 and 60 % value == 0,
                            "takes minutes that divide an hour: 1, 2, 5, 10, 15, 30, 60")  # fmt: skip
        return list(range(0, A_DAY, every))
    at = entry.values.pop("at")
    times = [at] if isinstance(at, str) else at
    if not _is_words(times) or not times or not all(map(CLOCK_TIME.fullmatch, times)):
        raise SettingError(f'{entry.where} at = {at!r}; it takes "17:00", or a list of such')
    moments = map(time.fromisoformat, times)
    return [moment.hour * 60 + moment.minute for moment in moments]


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def _is_codes(value: object) -> bool:
    return isinstance(value, list) and all(type(code) is int and 0 < code < 256 for code in value)
