"""Into a folder: each mail as .eml and .html, and a page that lists them. Nothing leaves this machine."""

import json
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import DeliveryError, Envelope, Readiness, masked

INDEX = "outbox_index.html"


class Outbox:
    """A folder with one sub-folder an edition; a delivery handed over again takes the place of its first copy."""

    name = "outbox"
    at_most = 1

    def __init__(self, settings: MailSettings) -> None:
        self._root = settings.outbox
        self._note = settings.outbox_note
        self._stems: dict[Path, dict[str, str]] = {}  # folder -> delivery id -> name of its files, without the ending

    def readiness(self, mails: int) -> Readiness:  # noqa: ARG002 (a folder takes any number)
        """Return that all is well: a disk that refuses stops the run at its first mail."""
        return Readiness()

    def deliver(self, envelope: Envelope) -> str:
        """Write one mail and return its path below the outbox; DeliveryError(stop) when the disk refuses."""
        folder = self._root / f"edition-{envelope.edition_id}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stem = self._stem(folder, envelope.delivery_id)
            _write(folder / f"{stem}.html", envelope.html.encode())
            _write(folder / f"{stem}.json", json.dumps(_row(envelope, stem), ensure_ascii=False).encode())
            _write(folder / f"{stem}.eml", envelope.message)
        except OSError as error:
            raise DeliveryError(f"the outbox cannot be written: {error}", stop=True) from error
        return f"{folder.name}/{stem}.eml"

    def close(self) -> None:
        """Write index.html over all mails that lie in the outbox, those of earlier runs too."""
        if self._root.is_dir():
            _write(self._root / "index.html", _index(self._root, self._note).encode())

    def _stem(self, folder: Path, delivery_id: str) -> str:
        if folder not in self._stems:
            self._stems[folder] = {path.stem.partition("-")[2]: path.stem for path in folder.glob("*.eml")}
        stems = self._stems[folder]
        return stems.setdefault(delivery_id, f"{len(stems) + 1:03d}-{delivery_id}")


def _write(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or none."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _row(envelope: Envelope, stem: str) -> dict[str, Any]:
    return {
        "edition": envelope.edition_id,
        "course": envelope.course,
        "recipient": masked(envelope.recipient),
        "route": envelope.route,
        "subject": envelope.subject,
        "path": f"edition-{envelope.edition_id}/{stem}",
    }


def _index(root: Path, note: str) -> str:
    rows = [json.loads(path.read_bytes()) for path in sorted(root.glob("edition-*/*.json"))]
    editions: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        editions.setdefault(row["edition"], []).append(row)
    page = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    newest_first = sorted(editions.items(), reverse=True)
    return page.get_template(INDEX).render(editions=newest_first, count=len(rows), note=note)
