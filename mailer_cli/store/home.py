"""Is this the server and database that the mails went out from? A restored one looks as if its mails were unsent."""

from datetime import datetime
from typing import TYPE_CHECKING

from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def is_restored(on: "cursor") -> bool:
    """Tell whether this database came from elsewhere and nobody adopted it yet."""
    on.execute("SELECT EXISTS (SELECT FROM home WHERE left_at IS NULL AND server <> this_server())")
    return the_row(on) == (True,)


def adopted_at(on: "cursor") -> datetime | None:
    """Return when a restored database was last adopted: slots before may have been sent after its backup."""
    on.execute("SELECT max(left_at) FROM home")
    at: datetime | None = the_row(on)[0]
    return at


def adopt(on: "cursor", why: str, now: datetime) -> int:
    """Make this server the home; what may have been sent after the backup becomes unknown; return how many."""
    on.execute("UPDATE home SET left_at = %s WHERE left_at IS NULL", (now,))
    on.execute("INSERT INTO home (server, since, why) VALUES (this_server(), %s, %s)", (now, why))
    on.execute(
        """
        UPDATE attempt SET outcome = 'died', detail = 'the database was restored', ended_at = %s WHERE ended_at IS NULL
        """,
        (now,),
    )
    on.execute(
        """
        UPDATE delivery SET state = 'unknown', reason = 'restored', updated_at = %(now)s
        FROM edition WHERE edition.id = edition_id AND delivery.state IN ('planned', 'ready', 'held', 'sending')
          AND (slot <= %(now)s OR edition.state IN ('sending', 'sent'))
        """,
        {"now": now},
    )
    return on.rowcount
