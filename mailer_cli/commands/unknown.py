"""`mailer unknown`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from jobdb import clock
from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.frame import open_database, reveal_option, shown, why_option
from mailer_cli.report import words
from mailer_cli.store import unknowns

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

DECISIONS = {"accepted": "accepted", "resend": "ready", "abandon": "abandoned"}


@click.group(epilog="example: mailer unknown list")
def unknown() -> None:
    """Show and settle mails of which nobody can tell whether they went: an answer was lost, or a sender died.

    Such a mail is never sent again by itself. An event with its id proves that it went.
    """


@unknown.command("list", epilog="example: mailer unknown list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
@reveal_option
def list_unknown(as_json: bool, reveal: bool) -> None:
    """List them, the oldest first."""
    with open_database() as database, database, database.cursor() as on:
        rows = [row | {"address": shown(row["address"], reveal)} for row in unknowns.listing(on)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    elif rows:
        columns = ("delivery", "course", "slot", "student", "address", "tried by", "at", "because")
        screen.table("unknown", columns, [_row(row) for row in rows])
    else:
        click.echo("no mail is unknown")


@unknown.command(epilog='example: mailer unknown resolve 3f2a9c04 accepted --why "the student has it"')
@click.argument("deliveries", nargs=-1, required=True, metavar="DELIVERY...")
@click.argument("decision", type=click.Choice(list(DECISIONS)))
@why_option
def resolve(deliveries: Sequence[str], decision: str, why: str) -> None:
    """Decide about DELIVERY (an id of the list, or its beginning).

    `accepted`: it went. `resend`: it did not; the next `mailer send` sends it. `abandon`: leave it at that.
    """
    with open_database() as database, database, database.cursor() as on:
        ids = [_the_unknown(on, named, decision) for named in deliveries]
        settled = unknowns.settle(on, ids, DECISIONS[decision], f"operator: {why}", clock.now())
    click.echo(f"{screen.count(settled, 'mail')} {DECISIONS[decision]}")


def _the_unknown(on: "cursor", named: str, decision: str) -> str:
    """Return the id of the one unknown delivery that is meant; DataError otherwise."""
    found = unknowns.named(on, named)
    if len(found) != 1:
        raise DataError(
            f"{named}: {'no delivery has' if not found else 'several deliveries have'} an id that begins so"
        )
    delivery_id, state, edition = found[0]
    if state != "unknown":
        raise DataError(f"{named}: this delivery is {words(state)}, not unknown; nothing was changed")
    if edition == "cancelled" and decision == "resend":
        raise DataError(f"{named}: its edition was cancelled, so it is not sent again; say accepted or abandon")
    return delivery_id


def _row(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["delivery_id"],
        row["course"],
        screen.when(row["slot"]),
        row["lms_id"],
        row["address"],
        row["way"],
        row["started_at"] and screen.when(row["started_at"]),
        words(row["reason"] or ""),
    )
