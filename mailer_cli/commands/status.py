"""`mailer status`."""

import json

import click

from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.records import EditionState
from mailer_cli.report import EditionReport, report, tally
from mailer_cli.store import editions


@click.command(epilog="example: mailer status --slot 2026-11-24 --json")
@slot_option("Show this slot instead of the latest one that was planned.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same figures as JSON.")
def status(slot_words: str | None, as_json: bool) -> None:
    """Show how a slot's editions stand: postings by board, what was passed over, mails by state."""
    settings, _ = present()
    with open_database() as database, database, database.cursor() as on:
        slot = chosen_slot(slot_words, settings) or editions.latest_slot(on)
        reports = report(on, editions.find(on, slot=slot), courses().tracks) if slot else []
    if as_json:
        click.echo(json.dumps([entry.as_json() for entry in reports], ensure_ascii=False, indent=2))
    elif slot is None or not reports:
        click.echo("nothing was planned; run `mailer plan`")
    else:
        _show(screen.when(slot), reports)


def _show(slot: str, reports: list[EditionReport]) -> None:
    screen.table(
        f"{slot}: postings",
        ("course", "edition", "chosen", "by board", "passed over"),
        [(entry.course, entry.standing, f"{entry.chosen} of {entry.quota}", _boards(entry), tally(entry.passed_over))
         for entry in reports],
    )  # fmt: skip
    click.echo()
    screen.table(
        f"{slot}: mails",
        ("course", "students #", "mails", "skipped"),
        [(entry.course, sum(entry.deliveries.values()), _mails(entry), tally(entry.skipped)) for entry in reports],
    )


def _boards(entry: EditionReport) -> str:
    if entry.state == EditionState.REFUSED:
        return ""
    return ", ".join(
        f"{board} {share.chosen}" + ("" if share.quota is None else f"/{share.quota}")
        for board, share in entry.boards.items()
        if share.chosen or share.quota
    )


def _mails(entry: EditionReport) -> str:
    return tally({state: number for state, number in entry.deliveries.items() if state != "skipped"})
