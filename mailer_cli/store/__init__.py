"""The mailer's SQL, a module for each subject. Functions take a cursor; whoever calls them holds the transaction."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def the_row(on: "cursor") -> tuple[Any, ...]:
    """Return the row of a statement that always gives one."""
    row = on.fetchone()
    assert row is not None
    return row
