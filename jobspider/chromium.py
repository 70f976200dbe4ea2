"""Where Chromium is found, and what is said when it fails; loads nothing of Playwright."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


class BrowserFailed(Exception):
    """Chromium did not start, or broke down over a page: the machine's trouble, not the board's."""


def chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM_PATH, or the one of the system; None where there is none."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
