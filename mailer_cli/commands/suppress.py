"""`mailer suppress`: add, lift, list."""

import json

import click

from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.frame import open_database, present
from mailer_cli.delivery.contract import masked, without_addresses
from mailer_cli.forms.answers import addresses_in
from mailer_cli.report import words
from mailer_cli.store import suppressions

REASONS = ("form", "one_click", "page", "manual", "complaint", "bounce", "provider", "mailbox_full")


@click.group(epilog='example: mailer suppress add hong@example.com --why "asked by telephone"')
def suppress() -> None:
    """Addresses that are not to be mailed, by hand."""


@suppress.command(epilog='example: mailer suppress add hong@example.com --why "asked by telephone"')
@click.argument("address")
@click.option("--why", required=True, help="Kept with the address.")
def add(address: str, why: str) -> None:
    """Never mail ADDRESS again, until it is lifted."""
    folded, (_, now) = _folded(address), present()
    with open_database() as database, database, database.cursor() as on:
        added = suppressions.add(on, "manual", [(folded, without_addresses(why), now)])
    click.echo(f"{masked(folded)}: {'suppressed' if added else 'suppressed by hand already'}")


@suppress.command(epilog='example: mailer suppress lift hong@example.com --why "consented anew, letter of 2 November"')
@click.argument("address")
@click.option("--why", required=True, help="How the person consented anew; kept.")
@click.option("--reason", type=click.Choice(REASONS), help="Lift this reason alone.")
def lift(address: str, why: str, reason: str | None) -> None:
    """Mail ADDRESS again: only when the person has consented anew, or the cause is gone."""
    folded, (_, now) = _folded(address), present()
    with open_database() as database, database, database.cursor() as on:
        lifted = suppressions.lift(on, folded, without_addresses(why), now, reason)
    if not lifted:
        raise DataError(f"{masked(folded)} is not suppressed{f' for {words(reason)}' if reason else ''}")
    click.echo(f"{masked(folded)}: lifted {', '.join(map(words, lifted))}")


@suppress.command("list", epilog="example: mailer suppress list --json")
@click.option("--all", "everything", is_flag=True, help="Those that were lifted, too.")
@click.option("--reveal", is_flag=True, help="Show whole addresses.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
def list_all(everything: bool, reveal: bool, as_json: bool) -> None:
    """List the addresses that are not to be mailed, with the reason."""
    with open_database() as database, database, database.cursor() as on:
        found = suppressions.listed(on, everything)
    for row in found:
        row["address"] = row["address"] if reveal else masked(row["address"])
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=lambda at: at.isoformat()))
        return
    columns = ("address", "reason", "since", "until", "lifted", "detail")
    rows = [
        (row["address"], words(row["reason"]), screen.when(row["since"]), row["until"] and screen.when(row["until"]),
         row["lifted_why"], row["detail"])
        for row in found
    ]  # fmt: skip
    screen.table(screen.count(len(found), "suppression"), columns, rows)


def _folded(address: str) -> str:
    found = addresses_in(address)
    if not found or len(found) != 1:
        raise click.UsageError("ADDRESS is no mail address")
    return found[0]
