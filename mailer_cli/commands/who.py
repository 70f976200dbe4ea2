"""`mailer who`."""

import json
from collections import Counter

import click

from mailer_cli import screen
from mailer_cli.audience import Entry, audience
from mailer_cli.commands.frame import open_database, present
from mailer_cli.delivery.contract import masked
from mailer_cli.report import tally, words
from mailer_cli.slots import next_slot, read_slot


@click.command(epilog='examples: mailer who --on 2026-12-01 · mailer who --on 2026-12-01 --course "BIGDATA 77" --json')
@click.option("--on", "day", metavar="ISO", help="The day; without it, the next slot's.")
@click.option("--course", metavar="NAME", help="This course alone.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
@click.option("--reveal", is_flag=True, help="Show whole addresses.")
def who(day: str | None, course: str | None, as_json: bool, reveal: bool) -> None:
    """List who would get mail on a day, and why the others not, as roster and refusals stand now."""
    settings, now = present()
    slot = read_slot(day, settings.slots) if day else next_slot(now, settings.slots)
    with open_database() as database, database, database.cursor() as on:
        entries = audience(on, slot, course)
    if as_json:
        click.echo(json.dumps([_plain(entry, reveal) for entry in entries], ensure_ascii=False, indent=2))
        return
    columns = ("course", "student", "address", "mail", "why not")
    rows = [tuple(_plain(entry, reveal).values()) for entry in entries]
    screen.table(
        f"on {slot.date()}",
        columns,
        [(*row[:3], "yes" if row[3] else "no", row[4] and words(str(row[4]))) for row in rows],
    )
    reasons = Counter(entry.reason for entry in entries if entry.reason)
    got = len(entries) - sum(reasons.values())
    told = f"; not: {tally(reasons)}" if reasons else ""
    click.echo(f"{got} of {screen.count(len(entries), 'student')} would get mail{told}")


def _plain(entry: Entry, reveal: bool) -> dict[str, str | bool | None]:
    student = entry.student
    return {
        "course": student.course,
        "lms_id": student.lms_id,
        "address": student.email if reveal else masked(student.email),
        "mail": entry.reason is None,
        "reason": entry.reason,
    }
