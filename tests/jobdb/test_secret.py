"""Secrets from the environment and from files."""

import pytest

from jobdb import secret as module
from jobdb.errors import SettingError
from jobdb.secret import secret


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "smtp_password"
    path.write_text("p4ss \n")
    path.chmod(0o600)
    return path


def read(file, **environment):
    return secret("SMTP_PASSWORD", {"SMTP_PASSWORD_FILE": str(file)} | environment)


def test_a_secret_stands_in_the_environment_or_in_a_file_or_nowhere(file):
    assert secret("SMTP_PASSWORD", {"SMTP_PASSWORD": " p4ss "}) == "p4ss"
    assert read(file) == "p4ss"
    assert read(file, SMTP_PASSWORD="") == "p4ss"
    assert secret("SMTP_PASSWORD", {}) == ""


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        (b"p4ss", 0o644, r"smtp_password lies open to other accounts; run `chmod 600 /"),
        (b"p4ss", 0o620, "lies open to other accounts"),
        (b" \n", 0o600, "is empty or no secret"),
        (b"p4ss" * 20_000, 0o600, "is empty or no secret"),
        (b"\xffp4ss", 0o600, "is no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_secret_is_refused_without_its_content(file, content, mode, told):
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(SettingError, match=told) as refused:
        read(file)
    assert "p4ss" not in str(refused.value)
    assert str(refused.value).startswith("SMTP_PASSWORD_FILE: ")


def test_a_file_that_is_missing_or_named_beside_the_secret_is_refused(file, tmp_path):
    with pytest.raises(SettingError, match="cannot be read: No such file"):
        read(tmp_path / "none")
    with pytest.raises(SettingError, match="cannot be read: Is a directory"):
        read(tmp_path)
    with pytest.raises(SettingError, match="both set; keep one"):
        read(file, SMTP_PASSWORD="p4ss")


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600, 0o640])
def test_the_account_s_own_group_may_read(file, mode):
    file.chmod(mode)
    assert read(file) == "p4ss"


def test_what_a_container_mounts_has_the_modes_that_it_has(file, tmp_path, monkeypatch):
    file.chmod(0o444)
    monkeypatch.setattr(module, "MOUNTS", (tmp_path,))
    assert read(file) == "p4ss"
