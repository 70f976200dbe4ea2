"""`scrapy crawl`: as Scrapy's, with the database asked first and the crawl's verdict in the exit code."""

import argparse
import contextlib
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from jobdb import db
from jobdb.errors import DatabaseError, OperatorError


class Command(ScrapyCrawl):
    """Run a spider; exit 2 when the database refuses, 1 when the crawl failed."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider by name. Example: scrapy crawl saramin."""
        assert self.crawler_process
        try:
            refuse_to_mix_worlds(made_up=bool(self.crawler_process.settings.get("JOBSPIDER_SANDBOX")))
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        crawlers = self.crawler_process.crawlers
        super().run(args, opts)
        causes = [crawler.stats.get_value("crawl/cause") for crawler in crawlers if crawler.stats]
        self.exitcode = self.exitcode or int(any(causes))


def refuse_to_mix_worlds(made_up: bool) -> None:
    """Raise DatabaseError when the database cannot be used, or holds the other kind of postings.

    Made-up postings in the school's database would be mailed to its students.
    """
    with contextlib.closing(db.connect()) as database, database.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM crawl WHERE made_up <> %s)", (made_up,))
        if cursor.fetchone() == (True,):
            other = "real boards" if made_up else "the sandbox"
            raise DatabaseError(f"this database holds postings of {other}; use another one (DATABASE_URL)")
