"""What every command stands in: errors in one line, the clock and the database at the edge, the slot option."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import psycopg2

from jobdb import clock, db
from jobdb.errors import DatabaseError, OperatorError, first_line
from mailer_cli.config import MailSettings, mail_settings
from mailer_cli.delivery.contract import masked
from mailer_cli.slots import read_slot
from mailer_cli.wording import visible

if TYPE_CHECKING:
    from psycopg2.extensions import connection


def failed(error: OperatorError) -> click.exceptions.Exit:
    """Print an operator's error on stderr, a line for each place that needs mending, and return the way out."""
    for line in str(error).splitlines():
        click.echo(f"error: {visible(line)}", err=True)
    return click.exceptions.Exit(error.exit_code)


class Commands(click.Group):
    """A group that turns operators' errors into a line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; 130 when it was interrupted."""
        try:
            return super().invoke(ctx)
        except OperatorError as error:
            raise failed(error) from error
        except psycopg2.OperationalError as error:
            reason = first_line(error)
            raise failed(
                DatabaseError(f"the database broke off: {reason}; check the server and run the command again")
            ) from error
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            raise click.exceptions.Exit(130) from None


@contextlib.contextmanager
def open_database() -> Iterator["connection"]:
    """Open the database for one command."""
    with contextlib.closing(db.connect()) as database:
        yield database


def present() -> tuple[MailSettings, datetime]:
    """Return the settings and the present instant: a command reads both once, here."""
    return mail_settings(), clock.now()


def slot_option(help_text: str) -> Callable[[Any], Any]:
    """Return the --slot option, a day or a time in ISO 8601."""
    return click.option("--slot", "slot_words", metavar="ISO", help=help_text)


def why_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --why, which is kept with what it does."""
    return click.option("--why", required=True, metavar="REASON", help="Why; it is kept.")(command)


def reveal_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --reveal."""
    return click.option("--reveal", is_flag=True, help="Print whole addresses and names.")(command)


def shown(address: str, reveal: bool) -> str:
    """Return an address as a command may print it: masked unless the operator asked for it."""
    return address if reveal else masked(address)


def stale_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the --refusals-stale option, which goes to `refusals.mind_refusals`."""
    told = "Go on although the refusals were not read lately; the reason is kept."
    return click.option("--refusals-stale", "stale_reason", metavar="REASON", help=told)(command)


def chosen_slot(words: str | None, settings: MailSettings) -> datetime | None:
    """Return the slot that --slot names, or None without one."""
    return read_slot(words, settings.slots) if words else None
