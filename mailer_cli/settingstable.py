"""One [table] of config/mail.toml, read strictly: each value is taken once, and what nobody took is an error."""

import re
import tomllib
from pathlib import Path
from typing import Any

from jobdb.errors import SettingError

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
WEB_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?")


class SettingsTable:
    """The values of one table; each method raises SettingError that names file, key and remedy."""

    def __init__(self, path: Path, name: str, values: object) -> None:
        self.path, self.name = path, name
        if not isinstance(values, dict):
            raise SettingError(f"{path}: no [{name}] table; restore it")
        self.values: dict[str, Any] = dict(values)

    def wrong(self, key: str, remedy: str) -> SettingError:
        """Return the error that says what a key should be."""
        return SettingError(f"{self.path}: [{self.name}] {key} {remedy}")

    def take(self, key: str) -> Any:
        """Return a value of any kind, which must be there."""
        if key not in self.values:
            raise self.wrong(key, "is missing; add it")
        return self.values.pop(key)

    def text(self, key: str) -> str:
        """Return a line of text that is not blank."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise self.wrong(key, "must be one line of text in quotes")
        return value.strip()

    def maybe_text(self, key: str) -> str:
        """Return a line of text that may be empty."""
        return self.text(key) if self.values.get(key) != "" else str(self.take(key))

    def address(self, key: str) -> str:
        """Return a mail address in plain ASCII."""
        value = self.text(key)
        if not ADDRESS.fullmatch(value):
            raise self.wrong(key, "must be a mail address like jobs@example.com")
        return value

    def link(self, key: str) -> str:
        """Return a web link."""
        value = self.text(key)
        if not WEB_LINK.fullmatch(value):
            raise self.wrong(key, "must be a link like https://forms.example.com/survey")
        return value

    def maybe_link(self, key: str) -> str:
        """Return a web link, or empty text."""
        return self.link(key) if self.values.get(key) != "" else str(self.take(key))

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed words."""
        value = self.text(key)
        if value not in allowed:
            raise self.wrong(key, f"is {value!r}; it takes one of {', '.join(allowed)}")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number between two bounds, both included."""
        value = self.take(key)
        if type(value) is not int or not low <= value <= high:
            raise self.wrong(key, f"must be a whole number from {low} to {high}")
        return value

    def switch(self, key: str) -> bool:
        """Return true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words, each once, none blank."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self.wrong(key, 'must be a list of words like ["tue", "fri"]')
        return tuple(dict.fromkeys(word.strip().lower() for word in value))

    def finish(self) -> None:
        """Raise SettingError when a key was never taken: it is misspelt, or of another version."""
        if self.values:
            raise self.wrong(", ".join(sorted(self.values)), "is no setting here; remove it or mend its name")


def read_tables(path: Path) -> dict[str, Any]:
    """Read a settings file's tables; SettingError names the file and the remedy."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingError(f"{path}: not found; set JOB_CONFIG_DIR or restore the file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: {error}") from None
