"""What an earlier system sent, from its JSON: all of a file or nothing of it. Pure."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jobdb.errors import DataError
from jobdb.masking import without_addresses
from mailer_cli.boardlinks import posting_at

LINKS = ("url", "link")
DAYS = ("sent_on", "date", "sent_at")
SHOWN = 10  # wrong entries named in an error
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A posting that a course was sent on a day; board and id are None where the link has no board's shape."""

    course: str
    url: str
    sent_on: date
    board: str | None
    board_id: str | None


class _Wrong(Exception):
    """An entry that cannot be taken."""


def read_sent(path: Path, courses: Collection[str], today: date, skip_unknown: bool = False) -> list[SentBefore]:
    """Read {course: [link or {url, sent_on}, …]} or [{course, url or link, date}, …].

    Where no day stands, it was sent today: better remembered too long than sent twice. DataError names up to ten wrong
    entries; courses that the roster lacks are wrong, or left out with `skip_unknown`.
    """
    found, wrong = [], []
    for place, course, entry in _entries(path):
        if skip_unknown and isinstance(course, str) and course not in courses:
            continue
        try:
            found.append(_read(course, entry, courses, today))
        except _Wrong as error:
            wrong.append(f"{path}: {place}: {error}")
    if wrong:
        more = [f"{path}: and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        raise DataError("\n".join([*wrong[:SHOWN], *more, f"{path}: nothing was imported"]))
    return found


def _entries(path: Path) -> Iterator[tuple[str, object, object]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; name the JSON file") from None
    except ValueError as error:
        raise DataError(f"{path}: no JSON in UTF-8: {error}") from None
    if isinstance(content, dict) and all(isinstance(sent, list) for sent in content.values()):
        for course, sent in content.items():
            for number, entry in enumerate(sent, start=1):
                yield f"{course}, entry {number}", course, entry
    elif isinstance(content, list):
        for number, entry in enumerate(content, start=1):
            yield f"entry {number}", entry.get("course") if isinstance(entry, dict) else None, entry
    else:
        raise DataError(f"{path}: must be {{course: [link, …]}} or [{{course, url, date}}, …]; nothing was imported")


def _read(course: object, entry: object, courses: Collection[str], today: date) -> SentBefore:
    if course not in courses:
        raise _Wrong(
            f"no course {course!r} on the roster; mend its name, or leave such out with --skip-unknown-courses"
        )
    fields = entry if isinstance(entry, dict) else {"url": entry}
    url = next((fields[name] for name in LINKS if name in fields), None)
    if not isinstance(url, str) or not url.strip().startswith(("http://", "https://")) or len(url) > LONGEST:
        raise _Wrong(f"{without_addresses(str(url))[:60]!r} is no link")
    board, board_id = posting_at(url) or (None, None)
    return SentBefore(str(course), url.strip().replace("\x00", ""), _day(fields, today), board, board_id)


def _day(fields: dict[str, Any], today: date) -> date:
    words = next((fields[name] for name in DAYS if fields.get(name) is not None), None)
    if words is None:
        return today
    try:
        return datetime.fromisoformat(words).date()
    except (TypeError, ValueError):
        raise _Wrong(f"{str(words)[:40]!r} is no day; write it like 2026-11-24") from None
