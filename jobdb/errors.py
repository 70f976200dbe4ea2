"""What goes wrong for a person to mend, said in one line."""

import sys
from collections.abc import Callable


class OperatorError(Exception):
    """A condition that a person mends; its text names the place and the remedy in one line.

    Programs print the text without a traceback and exit with `exit_code`.
    """

    exit_code = 2


class SettingError(OperatorError):
    """A setting or configuration file is missing or wrong."""


class DatabaseError(OperatorError):
    """The database cannot be reached, or its schema is not the one this program was written for."""


class DataError(OperatorError):
    """A file that was handed in cannot be taken as it is; nothing of it was kept."""

    exit_code = 3


def exit_code(work: Callable[[], object]) -> int:
    """Do a program's work and return the code that it exits with; an operator's error is said in one line on stderr."""
    try:
        done = work()
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return done if isinstance(done, int) else 0


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, or its name where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
