"""Statements that run for every mail, planned once for a connection: planning such joins costs more than the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

KNOWN: "WeakKeyDictionary[connection, set[str]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with $1, $2 … of PostgreSQL types; `before` is said in the same trip to the server."""

    name: str
    types: str
    statement: str
    before: str = ""

    def execute(self, on: "cursor", *values: Any) -> None:
        """Run the statement; a connection's first time plans it."""
        known: set[str] = KNOWN.setdefault(on.connection, set())
        if self.name not in known:
            on.execute(f"PREPARE {self.name} ({self.types}) AS {self.statement}")
            known.add(self.name)
        on.execute(f"{self.before} EXECUTE {self.name} ({_marks(values)})", values)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
