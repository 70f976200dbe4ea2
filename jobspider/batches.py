"""Writing many rows at once: COPY into a temporary table, and from there INSERT … ON CONFLICT."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


class Upsert:
    """Inserts rows of a table, or updates those of the same board and board_id.

    `kept` are the columns of a row that is already there which an update leaves alone, `nullable` those that may be
    None, `also` what an update sets besides.
    """

    def __init__(
        self, table: str, columns: Sequence[str], kept: Collection[str], nullable: Collection[str] = (), also: str = ""
    ) -> None:
        names = ", ".join(columns)
        updates = [f"{name} = EXCLUDED.{name}" for name in columns if name not in {"board", "board_id", *kept}]
        self.stage = (
            f"CREATE TEMP TABLE IF NOT EXISTS {table}_batch ON COMMIT DELETE ROWS AS "  # noqa: S608  names are ours
            f"SELECT {names} FROM {table} WITH NO DATA"
        )
        self.columns = columns
        self.batch = f"{table}_batch ({names})"
        self.filled = [name for name in columns if name not in nullable]
        self.upsert = (
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_batch "  # noqa: S608  names are ours
            f"ON CONFLICT (board, board_id) DO UPDATE SET {', '.join(updates)}{also}"
        )

    def write(self, on: "cursor", rows: Iterable[Sequence[Any]], returning: str = "board_id") -> list[tuple[Any, ...]]:
        """Write rows (no key twice) and return these columns of each; a transaction must be open."""
        on.execute(self.stage)
        copy(on, self.batch, rows, self.filled)
        on.execute(f"{self.upsert} RETURNING {returning}")
        return on.fetchall()


def copy(on: "cursor", target: str, rows: Iterable[Sequence[Any]], filled: Sequence[str]) -> None:
    """Append rows to a table, named with its columns; `filled` are those in which an empty text is no NULL."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)  # its line ends, CR LF, make it quote both letters in texts
    # No PostgreSQL text holds NUL or a half of a surrogate pair.
    data = text.getvalue().encode(errors="ignore").replace(b"\0", b"")
    options = f"FORMAT csv, ENCODING 'UTF8', FORCE_NOT_NULL ({', '.join(filled)})"
    on.copy_expert(f"COPY {target} FROM STDIN ({options})", io.BytesIO(data))


def array(words: Iterable[str]) -> str:
    """Return PostgreSQL's literal of a text array."""
    quoted = ('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return f"{{{','.join(quoted)}}}"
