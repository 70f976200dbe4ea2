"""The people's part: only its key opens it, and nothing of it that was cut or changed is taken for whole."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage.x25519 import Identity

from jobdb.errors import DataError, SettingError
from ops.backup.files import Measured, silently
from ops.backup.keys import HEADER, decrypt, encrypt, identities, make_key
from tests.mailer_cli.samples import SLOT

CHUNK = 65536  # age's
KEY, OTHER = Identity.generate(), Identity.generate()


def encrypted(content: bytes, *keys: Identity) -> bytes:
    file = io.BytesIO()
    encrypt(io.BytesIO(content), Measured(file, "x", silently), [str(key.to_public()) for key in keys or (KEY,)])
    return file.getvalue()


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    path = tmp_path_factory.mktemp("age") / "people.dump.age"

    def opened(content: bytes, *keys: Identity) -> bytes:
        path.write_bytes(content)
        out = io.BytesIO()
        decrypt(path, out, keys or (KEY,))
        return out.getvalue()

    return opened


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_each_recipient_reads_all_of_it(opened, size):
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    sealed = encrypted(content, KEY, OTHER)
    assert sealed.startswith(HEADER)
    assert opened(sealed) == opened(sealed, OTHER) == content


SEALED = encrypted(b"people" * 30_000)


@given(st.data())
def test_what_was_cut_or_changed_is_refused(opened, data):
    at = data.draw(st.integers(0, len(SEALED) - 1))
    changed = SEALED[:at] + bytes([SEALED[at] ^ data.draw(st.integers(1, 255))]) + SEALED[at + 1 :]
    for damaged in (SEALED[:at], changed):
        with pytest.raises(DataError, match=r"people\.dump\.age cannot be decrypted"):
            opened(damaged)


def test_another_key_is_told_from_damage(opened):
    with pytest.raises(DataError, match="use the identity of one of the manifest's recipients"):
        opened(SEALED, OTHER)


class Breaks:
    def __init__(self, trouble: BaseException) -> None:
        self.trouble = trouble

    def read(self, _size: int) -> bytes:
        raise self.trouble

    def write(self, _data: bytes) -> int:
        raise self.trouble


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_reading_and_writing_raise_comes_out_as_it_was(trouble):
    recipients = [str(KEY.to_public())]
    with pytest.raises(type(trouble)):
        encrypt(Breaks(trouble), Measured(io.BytesIO(), "x", silently), recipients)
    with pytest.raises(type(trouble)):
        encrypt(io.BytesIO(b"x" * 1_000_000), Measured(Breaks(trouble), "x", silently), recipients)


def test_a_key_s_file_is_what_age_keygen_writes(tmp_path):
    public = make_key(tmp_path / "key", SLOT)
    created, told, secret = (tmp_path / "key").read_text().splitlines()
    assert created.startswith("# created: 2026-11-24T17:00:00")
    assert told == f"# public key: {public}"
    assert secret.startswith("AGE-SECRET-KEY-1")
    (key,) = identities(tmp_path / "key")
    assert str(key.to_public()) == public


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"age1notsecret\n", b"\xff\xfe", b"AGE-SECRET-KEY-1X\n"])
def test_a_file_without_a_key_is_told(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(SettingError, match="holds no age secret key"):
        identities(tmp_path / "key")
    with pytest.raises(SettingError, match="No such file"):
        identities(tmp_path / "nowhere")
