"""The roster as a CSV that the LMS exports."""

from collections.abc import Iterator
from pathlib import Path

from mailer_cli.csvtext import Table, read_csv
from mailer_cli.roster.reading import Row, Source


def read_file(path: Path) -> Source:
    """Open a roster's CSV (UTF-8 with or without BOM; CP949 is recognised and said). Raises DataError."""
    table = read_csv(path)
    return Source(str(path), table.header, _rows(table), table.notices)


def _rows(table: Table) -> Iterator[Row]:
    for line, values in table.rows:
        yield f"row {line}", dict(zip(table.header, values, strict=True))
