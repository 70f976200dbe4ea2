"""Where Chromium is found: for boards' pages that only a browser renders, and for pictures of mails."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium found; install it (apt-get install chromium) or set CHROMIUM_PATH"


def chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM_PATH, or the one of the system; None where there is none."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)


def launch_options(path: str) -> dict[str, object]:
    """Return what Playwright takes to launch it; Chromium's own sandbox does not start for root.

    Nor does it in a container without a right to make namespaces, which is a sandbox itself: CHROMIUM_SANDBOX=off.
    """
    without = os.geteuid() == 0 or os.environ.get("CHROMIUM_SANDBOX") == "off"
    return {"executable_path": path} | ({"args": ["--no-sandbox"]} if without else {})
