"""`mailer status`."""

import json
from typing import Any

import click

from jobdb.masking import beginning, masked
from jobdb.tracks import courses
from mailer_cli import screen
from mailer_cli.commands.frame import chosen_slot, open_database, present, reveal_option, slot_option
from mailer_cli.records import EditionState
from mailer_cli.report import EditionReport, report, tally, words
from mailer_cli.store import editions, holds, standing


@click.command(epilog="examples: mailer status --slot 2026-11-24 --json · mailer status --students")
@slot_option("Show this slot instead of the latest one that was planned.")
@click.option("--students", is_flag=True, help="A row for each student: who got it, who did not and why.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same figures as JSON.")
@reveal_option
def status(slot_words: str | None, students: bool, as_json: bool, reveal: bool) -> None:
    """Show how a slot's editions stand: postings by board, what was passed over, mails by state."""
    settings, _ = present()
    with open_database() as database, database, database.cursor() as on:
        slot = chosen_slot(slot_words, settings) or editions.latest_slot(on)
        found = editions.find(on, slot=slot) if slot else []
        ids = [edition.id for edition in found]
        reports = report(on, found, courses().tracks)
        paused = holds.paused(on, ids)
        listed = standing.of_students(on, ids) if students else []
    rows = [row if reveal else row | _hidden(row) for row in listed]
    if as_json:
        told: list[Any] = rows if students else [entry.as_json() | _pause(entry, paused) for entry in reports]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    elif slot is None or not reports:
        click.echo(f"nothing was planned{f' for {screen.when(slot)}' if slot else ''}; run `mailer plan`")
    elif students:
        _show_students(screen.when(slot), rows)
    else:
        _show(screen.when(slot), reports, paused)


def _hidden(row: dict[str, Any]) -> dict[str, str]:
    return {"name": beginning(row["name"]), "address": masked(row["address"])}


def _pause(entry: EditionReport, paused: dict[int, str]) -> dict[str, str | None]:
    return {"paused": paused.get(entry.edition_id)}


def _show_students(slot: str, rows: list[dict[str, Any]]) -> None:
    screen.table(
        f"{slot}: students",
        ("course", "student", "name", "address", "mail", "at"),
        [(row["course"], row["lms_id"], row["name"], row["address"],
          f"{row['state']}: {words(row['reason'])}" if row["reason"] else row["state"], screen.when(row["at"]))
         for row in rows],
    )  # fmt: skip


def _show(slot: str, reports: list[EditionReport], paused: dict[int, str]) -> None:
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
    for entry in reports:
        if entry.edition_id in paused:
            click.echo(screen.harmless(f"{entry.course} is paused: {paused[entry.edition_id]}"))


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
