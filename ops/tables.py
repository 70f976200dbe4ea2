"""The tables that end a rehearsal: what boards gave, what courses get, what became of the mails, what came of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.table import Table

RESULTS = {  # figure of `mailer stats` -> its name
    "delivered": "delivered", "bounced": "bounced", "complained": "called spam",
    "opened": "opened", "opened_human": "  by people", "clicked": "clicked", "clicked_human": "  by people",
    "unsubscribed": "unsubscribed",
}  # fmt: skip


def boards(crawls: list[dict[str, Any]]) -> Table:
    """Return what each board's crawl listed, stored and dropped (rows of `scrapy crawls --json`)."""
    table = _table("boards", "board", "listed #", "stored #", "dropped", "verdict")
    for crawl in crawls:
        counts = [str(crawl["listed"]), str(crawl["stored"])]
        table.add_row(crawl["spider"], *counts, tally(crawl["dropped"]), crawl["cause"] or crawl["verdict"])
    return table


def courses(status: list[dict[str, Any]]) -> Table:
    """Return what each course's mail carries and what was passed over (`mailer status --json`)."""
    table = _table("courses", "course", "chosen", "by board", "passed over")
    for edition in status:
        if edition["state"] == "refused":
            table.add_row(edition["course"], "no mail", words(edition["reason"]), "")
            continue
        by_board = ", ".join(
            f"{board} {share['chosen']}" + (f"/{share['quota']}" if share["quota"] is not None else "")
            for board, share in edition["boards"].items()
            if share["chosen"] or share["quota"]
        )
        chosen = f"{edition['chosen']} of {edition['quota']}"
        table.add_row(edition["course"], chosen, by_board, tally(edition["passed_over"]))
    return table


def deliveries(status: list[dict[str, Any]]) -> Table:
    """Return how many mails are in each state, and why students were skipped (`mailer status --json`)."""
    states: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for edition in status:
        states.update(edition["deliveries"])
        skipped.update(edition["skipped"])
    table = _table("mails", "state", "mails #", "why")
    for state, count in states.most_common():
        table.add_row(
            "sent" if state == "accepted" else words(state), str(count), tally(skipped) if state == "skipped" else ""
        )
    return table


def results(total: Mapping[str, Any]) -> Table:
    """Return what came of the mails (the total of `mailer stats --json`); openings and clicks are not all by people."""
    table = _table("a week later, by made-up readers", "figure", "mails #", "of #", "share #")
    for key, told in RESULTS.items():
        figure = total[key]
        share = "" if figure["rate"] is None else f"{figure['rate']:.1%}"
        table.add_row(told, "–" if figure["count"] is None else str(figure["count"]), str(figure["of"]), share)
    return table


def tally(counts: Mapping[str, int]) -> str:
    """Return counts in one line, the largest first: "12 over quota, 3 closed"."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {words(reason)}" for reason, count in ranked)


def words(reason: str) -> str:
    """Return a reason as people read it."""
    return reason.replace("_", " ")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
    for column in columns:
        long = column in ("dropped", "by board", "passed over", "why")
        table.add_column(
            column.removesuffix(" #"), justify="right" if column.endswith(" #") else "left", no_wrap=not long
        )
    return table
