"""How often an official API has been asked today, across runs."""

from datetime import date
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from psycopg2.extensions import connection


class LimitReached(IgnoreRequest):
    """The calls that an API allows a day are spent; nothing more was sent."""


def spend(database: "connection", api: str, day: date, most: int) -> bool:
    """Claim one of the `most` calls of a day in Korea; False when none is left, whoever made the others."""
    with database, database.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO api_call AS spent (api, day, calls) VALUES (%s, %s, 1)
            ON CONFLICT (api, day) DO UPDATE SET calls = spent.calls + 1 WHERE spent.calls < %s
            RETURNING calls
            """,
            (api, day, most),
        )
        return cursor.fetchone() is not None
