"""`scrapy crawls`: the newest crawl of each board, and whether a person must look."""

import argparse
import contextlib
import json
import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from jobdb.boards import BOARDS
from jobdb.errors import OperatorError
from jobspider.account import connect

LATEST = """
    SELECT DISTINCT ON (spider) spider, started_at, finished_at, requests, listed, stored, dropped, unknown, failures,
        coalesce(verdict, 'unfinished') AS verdict, cause
    FROM crawl WHERE spider = ANY(%s) ORDER BY spider, id DESC
"""


class Command(ScrapyCommand):
    """Print the newest crawl of each board; exit 1 when one of them failed or never ended."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that `scrapy` lists."""
        return "Show the newest crawl of each board (example: scrapy crawls --json)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --json."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON for a program")

    def run(self, _args: list[str], opts: argparse.Namespace) -> None:
        """Print the table."""
        try:
            crawls = latest_crawls()
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        if opts.json:
            print(json.dumps(crawls, ensure_ascii=False, default=str))
        else:
            Console().print(table_of(crawls))
        self.exitcode = int(any(crawl["verdict"] != "ok" for crawl in crawls))


def latest_crawls() -> list[dict[str, Any]]:
    """Return the newest crawl's row of each board, in the registry's order."""
    with contextlib.closing(connect()) as database, database.cursor() as cursor:
        cursor.execute(LATEST, (list(BOARDS),))
        names = [column.name for column in cursor.description or ()]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    return [rows[board] for board in BOARDS if board in rows]


def table_of(crawls: list[dict[str, Any]]) -> Table:
    """Return the crawls as a table for a person."""
    table = Table(box=box.SIMPLE)
    for name in ("board", "started", "asked", "listed", "stored", "dropped", "verdict"):
        count = name in ("asked", "listed", "stored")
        table.add_column(name, justify="right" if count else "left", no_wrap=name not in ("dropped", "verdict"))
    for crawl in crawls:
        dropped = ", ".join(f"{count} {reason}" for reason, count in sorted(crawl["dropped"].items()))
        if unknown := sum(sum(wordings.values()) for wordings in crawl["unknown"].values()):
            dropped += f" ({unknown} unknown wordings)"
        counts = [str(crawl[name]) for name in ("requests", "listed", "stored")]
        verdict = f"{crawl['verdict']}: {crawl['cause']}" if crawl["cause"] else crawl["verdict"]
        table.add_row(crawl["spider"], f"{crawl['started_at']:%m-%d %H:%M}", *counts, dropped, verdict)
    return table
