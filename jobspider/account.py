"""The crawler's own account of the database, which may read nothing of people (`jobdb.roles`)."""

from typing import TYPE_CHECKING

from jobdb import db

if TYPE_CHECKING:
    from psycopg2.extensions import connection


def connect() -> "connection":
    """Open the database as JOBSPIDER_DATABASE_URL says, or else DATABASE_URL. Raises DatabaseError."""
    return db.connect("JOBSPIDER_DATABASE_URL")
