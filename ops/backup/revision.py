"""The program that wrote the data: its code and SQL files as one archive, and its settings as another."""

import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobdb.tracks import config_dir
from ops.backup.files import BackupFile, Measured, Moved, written
from ops.backup.settings import BackupError

ROOT = Path(__file__).resolve().parents[2]
CODE, SETTINGS = "code.tar.gz", "settings.tar.gz"
# Named one by one where there is no git to tell what is ours: beside them lie data, keys and passwords.
INSTALLED = (
    "jobdb",
    "jobspider",
    "mailer_cli",
    "ops",
    "sandbox",
    "infra",
    "bench",
    "tests",
    "config",
    "templates",
    "docs",
)
TOP_FILES = ("*.md", "*.toml", "*.cfg", "*.txt", "Makefile", "LICENSE")
LEFT = {"__pycache__", "build"}


@dataclass(frozen=True, slots=True)
class Revision:
    """Which revision stands here; `commit` is None outside a checkout, `changed` names files that it has otherwise."""

    commit: str | None
    changed: tuple[str, ...] = ()


def revision(root: Path = ROOT) -> Revision:
    """Return the checkout's revision. A folder inside some other repository is no checkout of ours."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top) != root:
        return Revision(None)
    changed = [_git(root, "diff", "--name-only", "HEAD"), _git(root, "ls-files", "--others", "--exclude-standard")]
    names = {name for lines in changed if lines for name in lines.splitlines()}
    return Revision(_git(root, "rev-parse", "HEAD"), tuple(sorted(names)))


def archive_code(at: Revision, folder: Path, moved: Moved, root: Path = ROOT) -> BackupFile:
    """Write the revision's files, or outside a checkout the installed ones. Raises BackupError."""

    def fill(into: Measured) -> None:
        if at.commit:
            _archive_commit(root, at.commit, into)
        else:
            _tar(into, _installed(root), root)

    return written(folder / CODE, fill, moved)


def archive_settings(folder: Path, moved: Moved) -> BackupFile:
    """Write the settings' files as they stand, committed or not; passwords are in the environment, not in them."""
    place = config_dir()
    return written(folder / SETTINGS, lambda into: _tar(into, sorted(place.glob("*.toml")), place), moved)


def _archive_commit(root: Path, commit: str, into: Measured) -> None:
    with subprocess.Popen(
        ["git", *_trusting(root), "archive", "--format=tar.gz", commit],  # noqa: S607 git is wherever the system has it
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as git:  # fmt: skip
        assert git.stdout
        into.copy(git.stdout)
    if git.returncode:
        raise BackupError(f"git could not archive {commit[:12]}; run `git fsck` in {root}")


def _tar(into: Any, paths: Iterable[Path], root: Path) -> None:
    with tarfile.open(fileobj=into, mode="w|gz", dereference=True) as archive:
        for path in paths:
            archive.add(path, path.relative_to(root).as_posix(), recursive=False)


def _installed(root: Path) -> list[Path]:
    files = [path for name in INSTALLED for path in (root / name).rglob("*")]
    files += [path for pattern in TOP_FILES for path in root.glob(pattern)]
    ours = (path for path in files if not LEFT & set(path.relative_to(root).parts))
    return sorted(path for path in ours if path.is_file() and not path.is_symlink())


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *_trusting(root), *arguments],  # noqa: S607
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _trusting(root: Path) -> tuple[str, ...]:
    """Return git's leave to read another account's checkout (a timer's service has its own), and names as they are."""
    return "-c", f"safe.directory={root}", "-c", "core.quotePath=off"
