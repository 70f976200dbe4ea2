"""`scrapy crawl`: as Scrapy's, with the database asked first and the crawl's verdict in the exit code."""

import argparse
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl

from jobdb import db
from jobdb.errors import OperatorError


class Command(ScrapyCrawl):
    """Run a spider; exit 2 when the database refuses, 1 when the crawl failed."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider by name. Example: scrapy crawl saramin."""
        try:
            db.connect().close()
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        crawlers = self.crawler_process.crawlers if self.crawler_process else set()
        super().run(args, opts)
        causes = [crawler.stats.get_value("crawl/cause") for crawler in crawlers if crawler.stats]
        self.exitcode = self.exitcode or int(any(causes))
