"""A mail as screens show it, by Chromium: no network, so pictures are off and no opening is counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from jobdb.chromium import MISSING, chromium, launch_options
from jobdb.errors import OperatorError, SettingError, first_line

PHONE, DESKTOP = 390, 640  # CSS pixels: a telephone upright, and the widest a mail of ours grows, with a margin
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"))
SECONDS = 30


def pictures(html: str, folder: Path, stem: str) -> Iterator[Path]:
    """Write a PNG of a mail's HTML for each of SCREENS, of its whole height and twice its pixels; yield their paths.

    SettingError where there is no Chromium, OperatorError when it fails.
    """
    path = chromium()
    if path is None:
        raise SettingError(MISSING)
    from playwright.sync_api import Error, sync_playwright  # half a second that other commands need not wait

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options(path), timeout=SECONDS * 1000)  # type: ignore[arg-type]
            for width, scheme in SCREENS:
                yield _picture(browser, html, width, scheme, folder / f"{stem}-{width}-{scheme}.png")
    except Error as error:
        raise OperatorError(f"Chromium failed: {first_line(error)}") from error


def _picture(browser: Any, html: str, width: int, scheme: str, path: Path) -> Path:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        device_scale_factor=2,
        color_scheme=scheme,
        java_script_enabled=False,
        offline=True,
    )
    page.set_content(html, wait_until="domcontentloaded")
    page.screenshot(path=path, full_page=True, timeout=SECONDS * 1000)
    page.close()
    return path
