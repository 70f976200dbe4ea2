"""The school's students and courses, from the LMS: a CSV, paged JSON or a view of its database, in one form."""

from mailer_cli.roster.change import Roster, RosterChange, compare, mass_change
from mailer_cli.roster.file import read_file
from mailer_cli.roster.mapping import Mapping, no_mapping, read_mapping
from mailer_cli.roster.reading import Source, read_roster
from mailer_cli.roster.view import read_view
from mailer_cli.roster.web import read_web

__all__ = [
    "Mapping",
    "Roster",
    "RosterChange",
    "Source",
    "compare",
    "mass_change",
    "no_mapping",
    "read_file",
    "read_mapping",
    "read_roster",
    "read_view",
    "read_web",
]
