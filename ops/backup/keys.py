"""The people's part is encrypted with age (age-encryption.org/v1): all may write it, a key's owner alone reads it."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage.x25519 import Identity, Recipient

from jobdb.errors import DataError, SettingError
from ops.backup.files import Measured

HEADER = b"age-encryption.org/v1\n"


def recipient(key: str) -> Recipient:
    """Return a public key that is written `age1…`; SettingError when it is none."""
    try:
        return Recipient.from_str(key)
    except pyrage.RecipientError:
        hint = "that is a secret key: keep it elsewhere, and " if key.upper().startswith("AGE-SECRET-KEY-") else ""
        raise SettingError(f"a recipient of the people's part is no age public key; {hint}write age1…") from None


def identities(path: Path) -> list[Identity]:
    """Return the secret keys of a file as age-keygen writes it. Raises SettingError, which never quotes the file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [Identity.from_str(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}; --identity names the file with the age secret key") from None
    except (pyrage.IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise SettingError(f"{path} holds no age secret key; it is a line like AGE-SECRET-KEY-1…, without a passphrase")
    return found


def make_key(path: Path, now: datetime) -> str:
    """Write a new secret key to a file that did not exist, for its owner alone, and return the public key."""
    identity = Identity.generate()
    public = str(identity.to_public())
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise SettingError(f"{path} exists; a key is never overwritten: what it opens would be lost") from None
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}") from None
    path.write_text(f"# created: {now.isoformat(timespec='seconds')}\n# public key: {public}\n{identity}\n")
    return public


def encrypt(source: IO[bytes], into: Measured, recipients: Sequence[str]) -> None:
    """Encrypt a stream to every recipient, 64 KiB at a time; what reading or writing raised comes out as it was."""
    with _as_it_was(source, into) as (reader, writer):
        pyrage.encrypt_io(reader, writer, [recipient(key) for key in recipients])


def decrypt(path: Path, into: IO[bytes], keys: Sequence[Identity]) -> None:
    """Decrypt a file into a stream. Raises DataError when no key fits or the file was cut or changed."""
    try:
        with path.open("rb") as file, _as_it_was(file, into) as (reader, writer):
            pyrage.decrypt_io(reader, writer, keys)
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        remedy = "use the identity of one of the manifest's recipients" if "keys" in str(error) else "it is damaged"
        raise DataError(f"{path.name} cannot be decrypted ({error}): {remedy}") from None


class _Watched:
    """A stream that remembers what it raised: the encryption would tell it as a text of its own, an interrupt too."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.trouble: BaseException | None = None

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            try:
                return getattr(self._stream, name)(*arguments)
            except BaseException as trouble:
                self.trouble = trouble
                raise

        return call


@contextlib.contextmanager
def _as_it_was(*streams: Any) -> Iterator[list[_Watched]]:
    watched = [_Watched(stream) for stream in streams]
    try:
        yield watched
    except (pyrage.EncryptError, pyrage.DecryptError, OSError):
        for stream in watched:
            if stream.trouble:
                raise stream.trouble from None
        raise
