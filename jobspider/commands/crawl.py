"""`scrapy crawl`: as Scrapy's, with the database asked first and the crawl's verdict in the exit code."""

import argparse
import asyncio
import contextlib
import os
import sys
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from jobdb.errors import DatabaseError, OperatorError, SettingError
from jobdb.tracks import courses
from jobdb.transport import is_loopback
from jobspider.account import connect


class Command(ScrapyCrawl):
    """Run a spider and sum it up in a line; exit 2 when the database refuses, 1 when the crawl failed or is suspect."""

    crawler: Crawler | None = None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider by name. Example: scrapy crawl saramin."""
        assert self.crawler_process
        if run_id := self.crawler_process.settings.get("JOB_RUN_ID"):  # Scrapyd passes settings on, no environment
            os.environ["JOB_RUN_ID"] = run_id
        try:
            self._refuse_other_names(args)
            courses()
            refuse_to_mix_worlds(sandbox_of(self.crawler_process.settings))
            self._crawl(args[0], opts.spargs)
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        if self.crawler and self.crawler.stats:
            print(self.crawler.stats.get_value("crawl/summary", f"{args[0]}: it was stopped before its end"))
            self.exitcode = self.exitcode or int(self.crawler.stats.get_value("crawl/verdict") != "ok")

    def _refuse_other_names(self, args: list[str]) -> None:
        assert self.crawler_process
        known = self.crawler_process.spider_loader.list()
        if len(args) != 1:
            raise UsageError("name one spider, as in `scrapy crawl saramin`; `scrapy list` names them")
        if args[0] not in known:
            raise OperatorError(f"no board {args[0]!r}; known are {', '.join(sorted(known))}")

    def _crawl(self, spider: str, arguments: dict[str, str]) -> None:
        """Crawl to the end. Raises what kept the spider from beginning, where Scrapy's own command goes on."""
        assert self.crawler_process
        crawl = self.crawler_process.crawl(self._create_crawler(spider), **arguments)
        self.crawler_process.start()
        if isinstance(crawl, asyncio.Task) and crawl.done() and not crawl.cancelled():
            crawl.result()

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self.crawler = super()._create_crawler(spidercls)  # the process forgets it when it has finished
        return self.crawler


def sandbox_of(settings: BaseSettings) -> str:
    """Return the sandbox's address, "" for the live boards. Raises SettingError when it is not on this machine."""
    address: str = settings.get("JOBSPIDER_SANDBOX") or ""
    if address and not is_loopback(urlsplit(address).hostname or ""):
        raise SettingError(f"JOBSPIDER_SANDBOX={address!r} is not on this machine; use http://127.0.0.1:PORT")
    return address


def refuse_to_mix_worlds(sandbox: str) -> None:
    """Raise DatabaseError when the database cannot be used, or holds the other kind of postings.

    Made-up postings in the school's database would be mailed to its students.
    """
    with contextlib.closing(connect()) as database, database.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM crawl WHERE made_up <> %s)", (bool(sandbox),))
        if cursor.fetchone() == (True,):
            other = "real boards" if sandbox else "the sandbox"
            raise DatabaseError(f"this database holds postings of {other}; use another one (DATABASE_URL)")
