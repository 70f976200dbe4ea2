"""A CSV that people export: UTF-8 with or without BOM, or CP949, which Excel in Korea writes; and its rows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobdb.errors import DataError

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .xls begin
SEPARATORS = {"\t": "tabs", ";": "semicolons"}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV's header, its rows with their line numbers, and what is to be said about how it was read.

    The rows raise DataError where the quotes do not close or a row has more or fewer values than the header.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    notices: tuple[str, ...]


def read_csv(path: Path) -> Table:
    """Open a CSV; DataError names the file and the remedy."""
    text, notices = _decoded(path)
    if not text.strip():
        raise DataError(f"{path}: the file is empty; export it again")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise DataError(f"{path}: row 1: {error}; mend the quotes") from None
    for separator, called in SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise DataError(f"{path}: {called} stand between its columns, not commas; save it as CSV UTF-8")
    return Table(header, _rows(path, reader, len(header)), notices)


def _decoded(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name the CSV file") from None
    if content.startswith(WORKBOOKS):
        raise DataError(f"{path}: an Excel workbook, no CSV; open it in Excel and save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        at = error.start
    try:
        return content.decode("cp949"), (f"{path}: read as CP949 (Korean Windows), not UTF-8: look at the names",)
    except UnicodeDecodeError:
        raise DataError(f"{path}: neither UTF-8 (byte {at}) nor CP949; save it as CSV UTF-8") from None


def _rows(path: Path, reader: Any, width: int) -> Iterator[tuple[int, list[str]]]:
    try:
        for values in reader:
            if not any(map(str.strip, values)):  # Excel saves emptied rows as bare commas
                continue
            if len(values) != width:
                raise DataError(
                    f"{path}: row {reader.line_num}: {len(values)} values under {width} columns; quote what has commas"
                )
            yield reader.line_num, values
    except csv.Error as error:
        raise DataError(f"{path}: row {reader.line_num}: {error}; mend the quotes") from None
