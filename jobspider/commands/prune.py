"""`scrapy prune`: forget sightings and checks that no crawl and no mail asks for any more."""

import argparse
import contextlib
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from scrapy.commands import ScrapyCommand

from jobdb import clock
from jobdb.errors import OperatorError
from jobspider.account import connect

if TYPE_CHECKING:
    from psycopg2.extensions import connection

MONTHS = 6
# A posting that shows up again after that is opened again, and found to be known: postings themselves stay, with their
# tracks and all that says why a course was sent them, or not.
OUTDATED = {
    "sighting": "DELETE FROM sighting WHERE last_seen < %s",
    "link_check": """
        DELETE FROM link_check WHERE checked_at < %s AND EXISTS (
            SELECT FROM link_check later WHERE later.posting_id = link_check.posting_id
            AND (later.checked_at, later.id) > (link_check.checked_at, link_check.id))
    """,
    "api_call": "DELETE FROM api_call WHERE day < %s::date",
}


class Command(ScrapyCommand):
    """Delete what is older than half a year; what a board said of a posting last is kept."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that `scrapy` lists."""
        return "Forget what lists showed half a year ago (example: scrapy prune)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --json."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON for a program")

    def run(self, _args: list[str], opts: argparse.Namespace) -> None:
        """Delete, and print how many rows of what."""
        try:
            with contextlib.closing(connect()) as database:
                counts = prune(database, clock.now())
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        told = ", ".join(f"{count} {table.replace('_', ' ')}s" for table, count in counts.items())
        print(json.dumps(counts) if opts.json else f"forgotten: {told}")


def prune(database: "connection", now: datetime) -> dict[str, int]:
    """Delete what is older than MONTHS at an instant, and return table -> rows."""
    counts = {}
    for table, statement in OUTDATED.items():
        with database, database.cursor() as on:
            on.execute(statement, (now - relativedelta(months=MONTHS),))
            counts[table] = on.rowcount
    return counts
