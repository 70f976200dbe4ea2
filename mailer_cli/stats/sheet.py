"""CSV for spreadsheets: Korean as Excel reads it, and no text that a spreadsheet would run. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # without it Excel takes UTF-8 for the local code page
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, "CSV Injection", 2024


def sheet(rows: Iterable[Sequence[str | int | float]]) -> str:
    """Return rows as CSV with a BOM and CRLF; a text that a spreadsheet would take for a formula begins with '."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_defused(value) for value in row] for row in rows)
    return BOM + text.getvalue()


def _defused(value: str | int | float) -> str | int | float:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value
