"""How far mails have come, by what events say."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def move(on: "cursor", states: Mapping[str, str], now: datetime) -> list[tuple[int, str]]:
    """Move deliveries that left to the states that events gave them, and return (edition, state) of those that moved.

    The table of moves says what is forward: nothing goes back, whatever order the events came in.
    """
    on.execute(
        """
        UPDATE delivery SET state = told.state, updated_at = %s
        FROM unnest(%s::uuid[], %s::text[]) AS told (id, state)
        WHERE delivery.id = told.id AND delivery.state IN ('accepted', 'delivered', 'bounced_hard')
          AND EXISTS (SELECT FROM delivery_move WHERE from_state = delivery.state AND to_state = told.state)
        RETURNING edition_id, delivery.state
        """,
        (now, list(states), list(states.values())),
    )
    return on.fetchall()


def name(on: "cursor", message_ids: Mapping[str, str]) -> None:
    """Keep the provider's ids of deliveries that were accepted without one, such as by an opening alone."""
    for delivery_id, message_id in sorted(message_ids.items()):
        on.execute(
            "UPDATE delivery SET message_id = %s WHERE id = %s AND message_id IS NULL", (message_id, delivery_id)
        )
