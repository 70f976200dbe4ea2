"""The logo's picture: ours, or a school's own."""

from pathlib import Path

from jobdb.errors import DataError

DEFAULT_LOGO = Path(__file__).with_name("logo") / "logo.png"
MOST_BYTES = 100_000  # a phone loads it with every mail
PNG = b"\x89PNG\r\n\x1a\n"


def read_logo(path: Path) -> bytes:
    """Return a logo's bytes; DataError when it is no PNG of at most MOST_BYTES bytes."""
    try:
        picture = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give a PNG that can be read") from error
    if not picture.startswith(PNG):
        raise DataError(f"{path}: no PNG; save it as one, 84 px high")
    if len(picture) > MOST_BYTES:
        raise DataError(f"{path}: {len(picture):,} bytes, at most {MOST_BYTES:,}; save it 84 px high, with few colours")
    return picture
