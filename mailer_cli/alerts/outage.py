"""The one incident that the database cannot remember: that it does not answer. A file does."""

from datetime import datetime
from pathlib import Path

from mailer_cli.store.incidents import Incident

FILE = "watch/database-down"
KOREAN = "데이터베이스에 연결할 수 없습니다. 수집과 발송이 모두 멈춥니다 — {}"


def begin(folder: Path, problem: str, now: datetime) -> Incident | None:
    """Return the incident of a database that does not answer, or None when it was told already."""
    incident = Incident(0, "database", "database", KOREAN.format(problem), now)
    return None if (folder / FILE).exists() else incident


def remember(folder: Path, incident: Incident) -> None:
    """Remember that an outage was told."""
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{incident.opened_at.isoformat()}\n{incident.detail}\n", encoding="utf-8")


def over(folder: Path, now: datetime) -> list[Incident]:
    """Return the outage that was told and is over now, if there is one."""
    path = folder / FILE
    if not path.exists():
        return []
    opened_at, _, detail = path.read_text(encoding="utf-8").partition("\n")
    return [Incident(0, "database", "database", detail.strip(), datetime.fromisoformat(opened_at), now)]


def forget(folder: Path) -> None:
    """Forget an outage whose all-clear went out."""
    (folder / FILE).unlink(missing_ok=True)
