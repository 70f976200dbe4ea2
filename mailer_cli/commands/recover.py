"""`mailer recover`."""

import click

from jobdb import clock
from jobdb.errors import DataError
from mailer_cli import screen
from mailer_cli.commands.frame import open_database
from mailer_cli.errors import UnknownDeliveries
from mailer_cli.store import home, senders, unknowns

ADOPTING = """\
this database was restored from a backup, or moved to another server: mails that were sent since the backup look unsent
in it. `mailer recover --adopt "why"` makes this server its home. What had not left by the backup and may have since
becomes unknown: settle it with `mailer unknown`. Slots before the adoption are held until `mailer send --late` says
why; do not plan a slot that went out after the backup."""


@click.command(epilog='examples: mailer recover · mailer recover --adopt "disk failed, backup of Sunday"')
@click.option("--adopt", metavar="REASON", help="Go on with a database that was restored from a backup; kept.")
def recover(adopt: str | None) -> None:
    """Find what senders that died left half done: it becomes unknown.

    `mailer send` does so by itself; this only looks. A database that was restored from a backup, or moved to another
    server, sends nothing before it is adopted.
    """
    with open_database() as database, database, database.cursor() as on:
        restored = home.is_restored(on)
        if restored and not adopt:
            raise DataError(ADOPTING.replace("\n", " "))
        if adopt and not restored:
            raise DataError("this database is at home here; there is nothing to adopt")
        found = home.adopt(on, adopt, clock.now()) if adopt else senders.give_up_leftovers(on, clock.now())
        unknown = unknowns.count(on)
    _tell(found, adopt, unknown)


def _tell(found: int, adopt: str | None, unknown: int) -> None:
    cause = "may have been sent after the backup" if adopt else "of senders that died"
    click.echo(f"{screen.count(found, 'mail')} {cause}{': unknown now' if found else ''}")
    if unknown:
        raise UnknownDeliveries(f"{screen.count(unknown, 'mail')} unknown; `mailer unknown list` shows them")
