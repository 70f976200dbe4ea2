"""What goes wrong for a person to mend, said in one line."""


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
