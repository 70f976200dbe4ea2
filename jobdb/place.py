"""Where this program's own files and its data lie. An egg is one file: it has neither beside it."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def checkout() -> Path | None:
    """Return the folder that holds the packages, config/ and var/; None inside an egg."""
    folder = Path(__file__).resolve().parent.parent
    return folder if folder.is_dir() else None


def packed(package: str, *names: str) -> Traversable:
    """Return a file or folder of a package, which can be read inside an egg too."""
    return resources.files(package).joinpath(*names)
