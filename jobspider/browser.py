"""Pages that only a browser can render: Chromium by scrapy-playwright, and its way to the sandbox."""

import os
import shutil
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, Route
from playwright.async_api import Request as PageRequest
from playwright.async_api import TimeoutError as PageTimeout
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from jobdb.errors import SettingError
from jobspider.sandbox import SandboxHandler

NAMES = ("chromium", "chromium-browser", "google-chrome")
NOT_NEEDED = {"image", "font", "media", "stylesheet"}


def chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM_PATH, or the one of the system; None where there is none."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)


def use_browser(settings: BaseSettings) -> None:
    """Let requests with `playwright` in their meta go through Chromium. Raises SettingError where there is none."""
    path = chromium()
    if path is None:
        raise SettingError("no Chromium found; install it (apt-get install chromium) or set CHROMIUM_PATH")
    name = "SandboxBrowserHandler" if settings.get("JOBSPIDER_SANDBOX") else "BrowserHandler"
    launch: dict[str, Any] = {"executable_path": path}
    if os.geteuid() == 0:
        launch["args"] = ["--no-sandbox"]  # Chromium's own sandbox does not start for root
    settings.set("DOWNLOAD_HANDLERS", {"https": f"{__name__}.{name}"}, priority="spider")
    settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", launch, priority="spider")
    settings.set("PLAYWRIGHT_ABORT_REQUEST", is_not_needed, priority="spider")


def rendered(url: str, cards: str, scrolls: int, wait: float) -> Request:
    """Return the request for a list that a browser fills, scrolled to its end, `scrolls` times at the most.

    `cards` is the CSS selector of a posting; `wait` are the seconds that the next ones may take to appear.
    """
    steps = [PageMethod(scroll, cards=cards, scrolls=scrolls, wait=wait)]
    return Request(url, meta={"playwright": True, "playwright_page_methods": steps})


async def scroll(page: Page, cards: str, scrolls: int, wait: float) -> None:
    """Scroll down until no new cards appear."""
    for _ in range(scrolls):
        before = await page.locator(cards).count()
        await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        try:
            await page.wait_for_function(
                "([cards, before]) => document.querySelectorAll(cards).length > before",
                arg=[cards, before],
                timeout=wait * 1000,
            )
        except PageTimeout:
            return


def is_not_needed(request: PageRequest) -> bool:
    """Tell whether a page's request is for looks alone."""
    return request.resource_type in NOT_NEEDED


class BrowserHandler(ScrapyPlaywrightDownloadHandler):
    """Scrapy's handler, and Chromium for the requests that ask for it."""


class SandboxBrowserHandler(ScrapyPlaywrightDownloadHandler, SandboxHandler):
    """The same in the sandbox: every request of a page is carried to loopback, whatever host it names."""

    async def download_request(self, request: Request) -> Response:
        """Return the rendered page, or the sandbox's plain answer."""
        if request.meta.get("playwright"):
            request.meta["playwright_page_init_callback"] = self._reroute
        response: Response = await super().download_request(request)
        return response

    async def _reroute(self, page: Page, request: Request) -> None:  # noqa: ARG002  scrapy-playwright's arguments
        await page.route("**/*", self._carry)

    async def _carry(self, route: Route, request: PageRequest) -> None:
        if is_not_needed(request):
            await route.abort()
            return
        parts = urlsplit(request.url)
        base = self.crawler.settings["JOBSPIDER_SANDBOX"].rstrip("/")
        query = f"?{parts.query}" if parts.query else ""
        await route.fulfill(response=await route.fetch(url=f"{base}/{parts.netloc}{parts.path}{query}"))
