"""`scrapy keywords`: what an edited courses.toml would have kept of the postings that lists have shown."""

import argparse
import contextlib
import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from jobdb import clock
from jobdb.errors import OperatorError, SettingError
from jobdb.tracks import config_dir, read_courses
from jobspider.account import connect
from jobspider.keywordreport import as_data, counted, lines
from jobspider.keywordtrial import Seen, Trial, try_keywords

LONGEST = 3650  # days
SEEN = """
    SELECT board, title, company, outcome FROM sighting WHERE last_seen >= %s
    ORDER BY first_seen DESC, board, board_id
"""


class Command(ScrapyCommand):
    """Print what each track gains and loses by an edit, and which of its words do nothing; the exit code is 0."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that `scrapy` lists."""
        return "Try edited keywords on seen postings (example: scrapy keywords --with edited-courses.toml)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --days, --with and --json."""
        super().add_options(parser)
        parser.add_argument("--days", type=days, default=30, metavar="N", help="of postings to look back (30)")
        parser.add_argument("--with", dest="edited", type=Path, metavar="FILE", help="the edited courses.toml to try")
        parser.add_argument("--json", action="store_true", help="print JSON for a program")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Replay the postings and print what comes of it."""
        if args:
            raise UsageError(f"what is {args[0]!r}? The edited file comes after --with")
        try:
            self.replay(opts)
        except OperatorError as error:
            print(f"error: {error}", file=sys.stderr)
            self.exitcode = error.exit_code

    def replay(self, opts: argparse.Namespace) -> None:
        """Compare the rules in force with the edited ones. Raises OperatorError."""
        in_force = read_courses(config_dir() / "courses.toml").tracks
        tried = read_courses(readable(opts.edited)).tracks if opts.edited else in_force
        since = clock.now() - timedelta(days=opts.days)
        seen, made_up = seen_since(since)
        trial = try_keywords(seen, in_force, tried)
        if opts.json:
            facts = {"days": opts.days, "since": since.isoformat(), "made_up": made_up, "edited": bool(opts.edited)}
            print(json.dumps(facts | as_data(trial), ensure_ascii=False))
        else:
            show(trial, opts.edited, since, made_up)


def days(text: str) -> int:
    """Return a number of days from 1 to LONGEST, or raise what argparse prints as a wrong usage."""
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {LONGEST}")
    return int(text)


def readable(path: Path) -> Path:
    """Return the path of an edited file; SettingError when there is no such file, or it may not be read."""
    if not path.is_file() or not os.access(path, os.R_OK):
        raise SettingError(f"{path}: no such file, or it may not be read; name the edited courses.toml after --with")
    return path


def seen_since(since: datetime) -> tuple[list[Seen], bool]:
    """Return the postings that lists have shown since an instant, newest first, and whether they are made up."""
    with contextlib.closing(connect()) as database, database.cursor() as cursor:
        cursor.execute(SEEN, (since,))
        seen = [Seen(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT EXISTS (SELECT FROM crawl WHERE made_up)")
        return seen, cursor.fetchone() == (True,)


def show(trial: Trial, edited: Path | None, since: datetime, made_up: bool) -> None:
    """Print the trial for a person. Titles are strangers' text: nothing in them is taken for markup."""
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    rules = f"{edited} beside the keywords in force" if edited else "the keywords in force"
    source = " of the sandbox (made up)" if made_up else ""
    console.print(f"Tried {rules} on {counted(trial.replayed)}{source} that lists have shown since {since:%Y-%m-%d}.")
    for line in lines(trial, compared=edited is not None):
        console.print(line)
