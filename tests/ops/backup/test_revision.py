"""The code of a checkout is its revision; outside of one, the installed files and nothing that lies beside them."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from ops.backup.files import silently
from ops.backup.revision import CODE, Revision, archive_code, archive_settings, revision


def git(root: Path, *words: str) -> str:
    mine = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *mine, *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def root(tmp_path):
    """A checkout's files, with secrets and data beside them."""
    root = tmp_path / "product"
    for name in ("jobdb/db.py", "jobdb/migrations/0001.sql", "config/mail.toml", "Makefile", ".gitignore"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n")
    (root / ".gitignore").write_text(".env\nvar/\n__pycache__/\n")
    for name in (".env", "var/roster.csv", "jobdb/__pycache__/db.pyc", "job-mail.key"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("secret\n")
    return root


def names(folder: Path) -> set[str]:
    with tarfile.open(folder / CODE) as archive:
        return {member.name for member in archive if member.isfile()}


def test_a_checkout_s_revision_is_archived_and_what_differs_is_said(root, tmp_path):
    git(root, "init", "-q")
    git(root, "add", "jobdb", "config", "Makefile", ".gitignore")
    git(root, "commit", "-qm", "x")
    commit = git(root, "rev-parse", "HEAD")
    (root / "job-mail.key").unlink()
    assert revision(root) == Revision(commit)
    (root / "config" / "mail.toml").write_text("changed\n")
    (root / "새 파일.md").write_text("new\n")
    at = revision(root)
    assert at == Revision(commit, ("config/mail.toml", "새 파일.md"))
    file = archive_code(at, tmp_path, silently, root)
    assert (tmp_path / CODE).stat().st_size == file.size
    assert names(tmp_path) == {
        "jobdb/db.py", "jobdb/migrations/0001.sql", "config/mail.toml", "Makefile", ".gitignore",
    }  # fmt: skip


def test_outside_a_checkout_the_installed_files_are_archived(root, tmp_path):
    assert revision(root) == Revision(None)
    archive_code(Revision(None), tmp_path, silently, root)
    assert names(tmp_path) == {"jobdb/db.py", "jobdb/migrations/0001.sql", "config/mail.toml", "Makefile"}


def test_a_folder_inside_another_repository_is_no_checkout(root, tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
    assert revision(root) == Revision(None)


def test_without_git_the_code_is_taken_as_installed(root, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert revision(root) == Revision(None)


def test_settings_are_kept_as_they_stand(root, tmp_path, monkeypatch):
    real = tmp_path / "mounted.toml"
    real.write_text("x = 1\n")
    (root / "config" / "courses.toml").symlink_to(real)
    (root / "config" / "google.json").write_text("secret\n")
    monkeypatch.setenv("JOB_CONFIG_DIR", str(root / "config"))
    archive_settings(tmp_path, silently)
    with tarfile.open(tmp_path / "settings.tar.gz") as archive:
        assert sorted(archive.getnames()) == ["courses.toml", "mail.toml"]
        assert archive.extractfile("courses.toml").read() == b"x = 1\n"
