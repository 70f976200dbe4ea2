"""What a crawl is told, behind -a and by the environment: a misspelt word is an error, never another kind of crawl."""

import logging
from collections.abc import Iterable, Sequence

from jobdb.errors import SettingError


def refuse_others(given: Iterable[str], taken: Sequence[str]) -> None:
    """Raise SettingError for an argument that a spider does not take; Scrapyd's own begin with an underscore."""
    for name in given:
        if not name.startswith("_"):
            raise SettingError(f"-a {name}=… is no argument of this spider; it takes {', '.join(taken)}")


def switch(name: str, text: str) -> bool:
    """Return whether an argument is on. Raises SettingError for anything but 1 and 0."""
    if text not in ("1", "0", ""):
        raise SettingError(f"-a {name}={text} takes 1 or 0")
    return text == "1"


def number(name: str, text: str) -> int:
    """Return an argument's number. Raises SettingError."""
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"-a {name}={text} takes numbers") from None


def log_level(text: str) -> str:
    """Return the name of a level of logging. Raises SettingError."""
    if text not in logging.getLevelNamesMapping():
        raise SettingError(f"JOBSPIDER_LOG_LEVEL={text!r}; it takes WARNING, INFO or DEBUG")
    return text
