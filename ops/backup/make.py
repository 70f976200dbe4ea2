"""One backup: dumped from one moment, looked over, put into the folder, then into the bucket."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobdb.errors import SettingError
from ops.backup.bucket import Bucket
from ops.backup.dumps import PEOPLE, POSTINGS, dump_people, dump_postings
from ops.backup.files import BackupFile, Moved, silently
from ops.backup.folder import Folder
from ops.backup.keys import recipient
from ops.backup.manifest import Manifest, named, place, rows_by_name
from ops.backup.moment import Moment, moment
from ops.backup.programs import Programs, find_programs
from ops.backup.revision import archive_code, archive_settings, revision
from ops.backup.settings import BackupError, BackupSettings
from ops.backup.verify import findings

NO_KEY = (
    "the people's part needs a key that it is encrypted to: `mailer backup new-key FILE` makes one, `recipients` in "
    "config/backup.toml names it; --without-people leaves students, deliveries and refusals out"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where its copies are, and which older ones of the folder went."""

    manifest: Manifest
    copies: tuple[str, ...]
    pruned: tuple[str, ...]


def make(
    address: str, settings: BackupSettings, now: datetime, *, without_people: bool = False, moved: Moved = silently
) -> Made:
    """Make a complete backup of a database.

    Raises BackupError when it cannot be made, or when it stands in the folder and could not be uploaded; SettingError
    when a recipient is no key, or none is given and the people are wanted.
    """
    if not settings.recipients and not without_people:
        raise SettingError(NO_KEY)
    for key in settings.recipients:
        recipient(key)
    try:
        return _Maker(address, settings, () if without_people else settings.recipients, moved).make(now)
    except OSError as error:
        raise BackupError(f"{error.filename or settings.folder}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class _Maker:
    address: str
    settings: BackupSettings
    recipients: tuple[str, ...]
    moved: Moved

    def make(self, now: datetime) -> Made:
        folder = Folder(self.settings.folder)
        with folder.locked():
            manifest, path = self._into_folder(folder, named(now, secrets.token_hex(2)), now)
            copies = [str(path), *self._into_bucket(manifest, path)]
            return Made(manifest, tuple(copies), tuple(folder.prune(self.settings.keep)))

    def _into_folder(self, folder: Folder, name: str, now: datetime) -> tuple[Manifest, Path]:
        with folder.begun(place(name, now)) as part:
            with moment(self.address) as at:
                programs = find_programs(at.server // 10000)
                dumped = self._dumps(programs, at, part)
            stands = revision()
            files = (*dumped, archive_code(stands, part, self.moved), archive_settings(part, self.moved))
            manifest = Manifest(
                name=name, created_at=now, kind=at.kind, commit=stands.commit, changed=stands.changed,
                server=at.server, dumped_by=programs.major, schema=at.schema, recipients=self.recipients,
                rows=self._rows(at), files=files,
            )  # fmt: skip
            if wrong := findings(manifest, part):
                raise BackupError("; ".join(wrong))
            return manifest, folder.finish(part, manifest)

    def _dumps(self, programs: Programs, at: Moment, part: Path) -> list[BackupFile]:
        files = [dump_postings(programs, self.address, at, part, self.moved)]
        if self.recipients:
            files.append(dump_people(programs, self.address, at, part, self.recipients, self.moved))
        return files

    def _rows(self, at: Moment) -> dict[str, dict[str, int]]:
        rows = {POSTINGS: rows_by_name(at.rows, at.parts.postings)}
        return rows | ({PEOPLE: rows_by_name(at.rows, at.parts.people)} if self.recipients else {})

    def _into_bucket(self, manifest: Manifest, path: Path) -> list[str]:
        if not self.settings.bucket:
            return []
        bucket = Bucket(self.settings.bucket, self.settings.prefix, self.settings.region)
        try:
            bucket.put(path, manifest, self.moved)
        except BackupError as error:
            raise BackupError(f"the backup stands complete in {path} and nowhere else: {error}") from None
        return [f"{bucket}/{manifest.place}"]
