"""`mailer prune`."""

import json

import click

from mailer_cli.commands.frame import open_database, present
from mailer_cli.report import tally
from mailer_cli.store import forgetting


@click.command(epilog="example: mailer prune        (every Sunday after the backup, by the schedule)")
@click.option("--json", "as_json", is_flag=True, help="For programs: how many were forgotten, as JSON.")
def prune(as_json: bool) -> None:
    """Forget what is of no use any more: imported memory older than twice [choice] memory_months, and unread messages.

    Kept for good is all that keeps a mail from going out twice or tells why it went or did not: editions and their
    postings, deliveries, attempts, events, refusals and suppressions.
    """
    settings, now = present()
    with open_database() as database, database, database.cursor() as on:
        counts = {
            "sent_before": forgetting.sent_before(on, now, settings.memory_months),
            "unread_event": forgetting.unread_events(on, now),
        }
    told = {"links of an earlier system": counts["sent_before"], "unread messages": counts["unread_event"]}
    found = {name: count for name, count in told.items() if count}
    click.echo(json.dumps(counts) if as_json else f"forgotten: {tally(found)}" if found else "nothing to forget")
