"""Which backup is meant: the newest of a place, the one of a name's beginning, or a folder that somebody fetched."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from jobdb.errors import DataError
from ops.backup.bucket import Bucket
from ops.backup.folder import Folder
from ops.backup.manifest import MANIFEST, Manifest, read_manifest
from ops.backup.settings import BackupSettings


def place_of(settings: BackupSettings, local: bool) -> Folder | Bucket:
    """Return where backups are looked for: the bucket if there is one, unless the folder is asked for."""
    if settings.bucket and not local:
        return Bucket(settings.bucket, settings.prefix, settings.region)
    return Folder(settings.folder)


@contextlib.contextmanager
def chosen(which: str | None, where: Folder | Bucket) -> Iterator[tuple[Manifest, Path]]:
    """Lend a backup and the folder with its files.

    Raises DataError when there is none, when several begin so, or when the newest may be one that cannot be read.
    """
    if which and (Path(which) / MANIFEST).is_file():
        yield read_manifest(Path(which)), Path(which)
        return
    manifest = _pick(which, where)
    with where.fetched(manifest) as folder:
        yield manifest, folder


def _pick(which: str | None, where: Folder | Bucket) -> Manifest:
    listing = where.listing()
    if not which and listing.unreadable:
        raise DataError("\n".join([*listing.unreadable, "name the backup that you mean"]))
    if not listing.manifests:
        raise DataError(f"{where} holds no backup; `mailer backup run` makes one")
    if not which:
        return listing.manifests[-1]
    fitting = [manifest for manifest in listing.manifests if manifest.name.startswith(which)]
    if len(fitting) == 1:
        return fitting[0]
    told = f"{len(fitting)} backups begin with" if fitting else "no backup begins with"
    raise DataError(f"{where}: {told} {which!r}; `mailer backup list` shows their names")
