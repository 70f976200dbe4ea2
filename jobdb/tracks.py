"""Tracks (what a course teaches): their keywords, quotas and walks, read from config/courses.toml."""

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jobdb.boards import BOARDS
from jobdb.errors import SettingError
from jobdb.place import checkout, packed

Place = Path | Traversable  # a file, or one inside an egg
ANY_BOARD = "any"
KINDS = ("service", "ad")
TRACK_KEYS = ("label", "include", "exclude", "quota", "kind", "approval")
ONLY = "only"  # the one key of a walk that is ours and no parameter of the board's
RUNS = ("daily", "full")  # the runs that a walk may be for only


@dataclass(frozen=True, slots=True)
class Track:
    """A track's keywords, and its quota: board key, or ANY_BOARD for all together -> the most that a mail carries."""

    key: str
    label: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]  # the track's own and those of all tracks
    quota: dict[str, int]
    kind: str = "service"  # what its mails are before the law: one of KINDS
    approval: bool = False  # nothing of it is sent before somebody approved it

    @property
    def most(self) -> int:
        """Return how many postings a mail of this track carries at the most."""
        return self.quota.get(ANY_BOARD, sum(self.quota.values()))


@dataclass(frozen=True, slots=True)
class Walks:
    """The lists of a board, each as the board's own parameters: those of a daily run, and those of a full one."""

    daily: tuple[dict[str, str], ...]
    full: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Courses:
    """config/courses.toml, checked: the tracks by key, and the lists that each board's crawls walk."""

    tracks: dict[str, Track]
    walks: dict[str, Walks]


def config_dir() -> Path:
    """Return the folder of the operator's files: JOB_CONFIG_DIR, or config/ beside the packages."""
    return Path(os.environ.get("JOB_CONFIG_DIR") or Path(__file__).resolve().parent.parent / "config")


@cache
def courses() -> Courses:
    """Read courses.toml once; SettingError names the file and what to mend."""
    return read_courses(courses_file())


def courses_file() -> Place:
    """Return courses.toml of the operator's folder, or in an egg the one that it was built with."""
    if os.environ.get("JOB_CONFIG_DIR") or checkout():
        return config_dir() / "courses.toml"
    return packed("jobdb", "config", "courses.toml")


def read_courses(path: Place) -> Courses:
    """Read and check one courses.toml; SettingError names the file, the table and the remedy."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors of Windows begin a file with a BOM
    except FileNotFoundError:
        raise SettingError(f"{path}: not found; set JOB_CONFIG_DIR or restore the file") from None
    except UnicodeDecodeError:
        raise SettingError(f"{path}: not UTF-8; save it again with the encoding UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path}: {error}") from None
    _refuse_others(path, "the file", file, ("exclude", "tracks", "walks"))
    exclude = _table(path, file, "exclude")
    _refuse_others(path, "[exclude]", exclude, ("all",))
    for_all = _words(path, exclude, "exclude", "all")
    entries = _table(path, file, "tracks")
    tracks = {key: _track(path, key, _table(path, entries, key), for_all) for key in entries}
    if not tracks:
        raise SettingError(f"{path}: no [tracks.…] table; add at least one track")
    return Courses(tracks, _walks(path, _table(path, file, "walks")))


def _table(path: Place, within: dict[str, Any], name: str) -> dict[str, Any]:
    table = within.get(name, {})
    if not isinstance(table, dict):
        raise SettingError(f"{path}: {name} = {table!r}; it must be a table, written [{name}]")
    return table


def _refuse_others(path: Place, where: str, table: dict[str, Any], taken: Sequence[str]) -> None:
    """Raise SettingError for a name that nothing reads: a misspelt [exclude] would let everything through."""
    if unknown := table.keys() - set(taken):
        raise SettingError(f"{path}: {where} has {sorted(unknown)}; it takes {', '.join(taken)}")


def _track(path: Place, key: str, entry: dict[str, Any], for_all: tuple[str, ...]) -> Track:
    where = f"tracks.{key}"
    _refuse_others(path, f"[{where}]", entry, TRACK_KEYS)
    include = _words(path, entry, where, "include")
    if not include:
        raise SettingError(f"{path}: [{where}] include is empty; no posting would ever fit the track")
    own = _words(path, entry, where, "exclude")
    kind, approval = entry.get("kind", "service"), entry.get("approval", False)
    if kind not in KINDS or not isinstance(approval, bool):
        raise SettingError(f'{path}: [{where}] kind takes "service" or "ad", approval takes true or false')
    quota = _quota(path, where, entry.get("quota"))
    return Track(key, str(entry.get("label", key)), include, own + for_all, quota, kind, approval)


def _words(path: Place, entry: dict[str, Any], where: str, name: str) -> tuple[str, ...]:
    words = entry.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip(" *") for word in words):
        raise SettingError(f'{path}: [{where}] {name} must be a list of words, like ["데이터 분석", "SQL"]')
    return tuple(words)


def _quota(path: Place, where: str, quota: object) -> dict[str, int]:
    boards = BOARDS.keys() | {ANY_BOARD}
    if not isinstance(quota, dict) or not quota or not quota.keys() <= boards:
        raise SettingError(
            f"{path}: [{where}] quota = {quota!r}; name some of {sorted(boards)}, like {{ saramin = 10 }}"
        )
    if not all(type(most) is int and most >= 0 for most in quota.values()):
        raise SettingError(f"{path}: [{where}] quota takes whole numbers from 0")
    return quota


def _walks(path: Place, boards: dict[str, object]) -> dict[str, Walks]:
    if unknown := boards.keys() - BOARDS.keys():
        raise SettingError(f"{path}: [walks] names {sorted(unknown)}; the boards are {sorted(BOARDS)}")
    if missing := BOARDS.keys() - {board for board, lists in boards.items() if lists}:
        raise SettingError(f"{path}: [walks] has no list for {sorted(missing)}; its crawl would read nothing")
    return {board: _walks_of(path, board, lists) for board, lists in boards.items()}


def _walks_of(path: Place, board: str, lists: object) -> Walks:
    where = f"{path}: [walks] {board}"
    if not isinstance(lists, list) or not all(map(_is_walk, lists)):
        raise SettingError(f'{where} must be a list of parameters in quotes, like [{{ occ1 = "150" }}]')
    if wrong := {walk[ONLY] for walk in lists if ONLY in walk} - set(RUNS):
        raise SettingError(f"{where} has a list only for {sorted(wrong)}; the runs are {', '.join(RUNS)}")
    daily, full = (tuple(map(_parameters, (walk for walk in lists if walk.get(ONLY, run) == run))) for run in RUNS)
    if not (daily and full):
        raise SettingError(f"{where} has no list for {RUNS[bool(daily)]} runs; leave out one of the 'only'")
    return Walks(daily, full)


def _is_walk(walk: object) -> bool:
    return isinstance(walk, dict) and all(isinstance(value, str) for value in walk.values())


def _parameters(walk: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in walk.items() if key != ONLY}
