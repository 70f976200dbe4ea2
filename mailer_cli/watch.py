"""One look at everything: remember what is wrong, tell it once, and once when it is over."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobdb.errors import DatabaseError
from mailer_cli.alerts import alert_of, outage, tell
from mailer_cli.config import MailSettings
from mailer_cli.health import House
from mailer_cli.store import incidents
from mailer_cli.store.incidents import Incident

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: what is wrong, what is new of it, what is over, and what went wrong with telling."""

    wrong: list[Incident]
    new: list[Incident]
    over: list[Incident]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to tell what of; `folder` holds what the database cannot remember."""

    settings: MailSettings
    folder: Path
    connect: Callable[[], "connection"]

    def look(self, house: House, now: datetime) -> Look:
        """Look once. DatabaseError when the database does not answer, which was told; Untold when nobody took it."""
        try:
            database = self.connect()
        except DatabaseError as error:
            self._tell_outage(str(error), now)
            raise
        with closing(database):
            return self._look(database, house, now)

    def _look(self, database: "connection", house: House, now: datetime) -> Look:
        with database, database.cursor() as on:
            found = [(each.kind, each.subject, f"{each.korean}. {each.remedy}") for each in house.findings(on, now)]
            incidents.record(on, found, now)
            wrong, (new, over) = incidents.opened(on), incidents.untold(on)
        ended = [*over, *outage.over(self.folder, now)]
        problems = self._told(new, ended, now)
        if self.settings.alerts.anybody:
            outage.forget(self.folder)
            with database, database.cursor() as on:
                incidents.told(on, new, over, now)
        return Look(wrong, new, ended, problems)

    def _tell_outage(self, problem: str, now: datetime) -> None:
        incident = outage.begin(self.folder, problem, now)
        if incident and self.settings.alerts.anybody:
            self._told([incident], [], now)
            outage.remember(self.folder, incident)

    def _told(self, new: list[Incident], over: list[Incident], now: datetime) -> list[str]:
        if not (new or over) or not self.settings.alerts.anybody:
            return []
        return tell(alert_of(self.settings.school, new, over), self.settings, now)
