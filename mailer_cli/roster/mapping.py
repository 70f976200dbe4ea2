"""Their words for ours: a TOML file that renames an LMS's columns and says what its words mean."""

import tomllib
from collections.abc import Mapping as Words
from dataclasses import dataclass
from pathlib import Path

from jobdb.errors import SettingError
from mailer_cli.records import Status
from mailer_cli.roster.row import COLUMNS, SWITCH

TABLES = ("columns", "status", "mail_on", "track")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Their column -> ours; for our columns status, mail_on and track, their words -> ours; columns to ignore."""

    columns: Words[str, str]
    words: Words[str, Words[str, str]]
    ignored: frozenset[str] = frozenset()

    def columns_of(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Return a header in our names, without the columns to ignore."""
        return tuple(self.columns.get(name, name) for name in header if name not in self.ignored)

    def row(self, row: Words[str, str]) -> dict[str, str]:
        """Return a row in our names and words."""
        named = {self.columns.get(name, name): words for name, words in row.items() if name not in self.ignored}
        return {name: self.words.get(name, {}).get(_folded(words), words) for name, words in named.items()}


def no_mapping() -> Mapping:
    """Return the mapping of an LMS that speaks roster/v1 itself."""
    return Mapping({}, {})


def read_mapping(path: Path) -> Mapping:
    """Read a mapping; SettingError names the file, the table and the remedy."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}; name the mapping's file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: {error}") from None
    if unknown := file.keys() - {*TABLES, "ignore"}:
        raise SettingError(f"{path}: {', '.join(sorted(unknown))} is nothing here; it takes ignore, {_tables()}")
    ignored = file.pop("ignore", [])
    if not isinstance(ignored, list) or not all(isinstance(name, str) for name in ignored):
        raise SettingError(f'{path}: ignore must be a list of columns like ["비고"]')
    tables = {name: _table(path, name, file.get(name, {})) for name in TABLES}
    columns = tables.pop("columns")
    _check(path, "columns", columns.values(), COLUMNS)
    _check(path, "status", tables["status"].values(), tuple(Status))
    _check(path, "mail_on", tables["mail_on"].values(), tuple(SWITCH))
    folded = {name: {_folded(theirs): ours for theirs, ours in table.items()} for name, table in tables.items()}
    return Mapping(columns, folded, frozenset(ignored))


def _table(path: Path, name: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(ours, str) for ours in table.values()):
        raise SettingError(f'{path}: [{name}] maps their words to ours, like "재학" = "교육 중"')
    return table


def _check(path: Path, name: str, found: object, allowed: tuple[str, ...]) -> None:
    wrong = [ours for ours in found if ours not in allowed]  # type: ignore[attr-defined]
    if wrong:
        raise SettingError(f"{path}: [{name}] {', '.join(wrong)}: ours are {', '.join(allowed)}")


def _tables() -> str:
    return ", ".join(f"[{name}]" for name in TABLES)


def _folded(words: str) -> str:
    return "".join(words.split()).lower()
