"""`scrapy clusters`: the postings that are taken for one, and a person's word on them."""

import argparse
import contextlib
import getpass
import json
import os
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from scrapy.commands import ScrapyCommand

from jobdb import clock
from jobdb.errors import OperatorError
from jobspider import clustering
from jobspider.account import connect


class Command(ScrapyCommand):
    """List the clusters of several postings; merge two postings or take one out, for ever."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that `scrapy` lists."""
        return "Show postings that are taken for one (example: scrapy clusters --merge 12 34)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --merge, --split, --again and --json."""
        super().add_options(parser)
        word = parser.add_mutually_exclusive_group()
        word.add_argument("--merge", nargs=2, type=int, metavar=("A", "B"), help="two postings are one")
        word.add_argument("--split", type=int, metavar="A", help="a posting is none of its cluster's")
        word.add_argument("--again", action="store_true", help="look at every posting again: the rules have changed")
        parser.add_argument("--json", action="store_true", help="print JSON for a program")

    def run(self, _args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked and print the clusters."""
        try:
            clusters = obey(opts)
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        if opts.json:
            print(json.dumps(clusters, ensure_ascii=False))
        else:
            Console().print(table_of(clusters))


def obey(opts: argparse.Namespace) -> list[dict[str, Any]]:
    """Remember a person's word if there is one, and return the clusters as they are then. Raises OperatorError."""
    now = clock.now()
    with contextlib.closing(connect()) as database:
        if opts.merge:
            one, other = opts.merge
            clustering.merge(database, one, other, account(), now)
        elif opts.split is not None:
            clustering.split(database, opts.split, account(), now)
        elif opts.again:
            clustering.assign(database, now, everything=True)
        return clustering.several(database)


def account() -> str:
    """Return the name of the account that runs the command, or its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"account {os.getuid()}"


def table_of(clusters: list[dict[str, Any]]) -> Table:
    """Return the clusters as a table for a person, a line for each posting."""
    table = Table("cluster", "posting", "board", "company", "title", "open", "link")
    for cluster in clusters:
        for posting in cluster["postings"]:
            words = [escape(posting[name]) for name in ("board", "company", "title")]
            is_open = "yes" if posting["open"] else "no"
            table.add_row(str(cluster["id"]), str(posting["id"]), *words, is_open, escape(posting["url"]))
        table.add_section()
    return table
