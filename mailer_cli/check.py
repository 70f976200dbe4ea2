"""Before a mailing: every chosen posting is opened again, and closed ones give way to the next."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobdb.errors import OperatorError
from mailer_cli.eligibility import Refusal
from mailer_cli.plan import Planner
from mailer_cli.records import Edition, EditionState
from mailer_cli.store import editions, postings

if TYPE_CHECKING:
    from psycopg2.extensions import connection

CHECKABLE = (EditionState.PLANNED, EditionState.CHECKED)


@dataclass(slots=True)
class Check:
    """One run over editions; `recheck` asks the boards about postings and returns an exit code."""

    database: "connection"
    planner: Planner
    recheck: Callable[[Collection[int]], int]
    now: datetime

    def run(self, checkable: Sequence[Edition]) -> dict[str, int]:
        """Check editions and return what the boards said: open, closed, unknown -> how many postings.

        A posting that the board could not be asked about stays: trouble is not closed. Raises OperatorError, with
        the editions still unchecked, when the recheck crawl gave no verdict at all.
        """
        asked: set[int] = set()
        while waiting := self._choose(checkable) - asked:
            self._ask(waiting)
            asked |= waiting
        for edition in checkable:
            self._finish(edition)
        with self.database, self.database.cursor() as on:
            return postings.verdicts(on, sorted(asked), self.now)

    def _since(self, edition: Edition) -> datetime:
        """Return when an edition's postings must have been looked at last: within the hours before its slot, or now."""
        hours = timedelta(hours=self.planner.settings.checked_within_hours)
        in_time = edition.slot - hours <= self.now <= edition.slot
        return edition.slot - hours if in_time else self.now - hours

    def _choose(self, checkable: Sequence[Edition]) -> set[int]:
        """Choose anew with what is known by now, and return the chosen postings that were not looked at lately."""
        self.planner.forget_markets()
        waiting: set[int] = set()
        for edition in checkable:
            with self.database, self.database.cursor() as on:
                if editions.lock(on, edition.id).state in CHECKABLE:
                    self.planner.choose_for(on, edition)
                    waiting |= postings.unchecked(on, [edition.id], self._since(edition))
        return waiting

    def _ask(self, waiting: set[int]) -> None:
        code = self.recheck(waiting)
        with self.database, self.database.cursor() as on:
            answered = sum(postings.verdicts(on, sorted(waiting), self.now).values())
        if not answered:
            raise OperatorError(
                f"the recheck crawl gave no verdict on {len(waiting)} postings (exit code {code}); "
                "read var/log/recheck.log and run `mailer check` again"
            )

    def _finish(self, edition: Edition) -> None:
        with self.database, self.database.cursor() as on:
            if editions.lock(on, edition.id).state not in CHECKABLE:
                return
            if postings.chosen(on, edition.id):
                editions.pass_check(on, edition.id, self.now)
            else:
                editions.refuse(on, edition.id, Refusal.NO_POSTINGS, self.now)
