"""Pages that only a browser can render: Chromium by scrapy-playwright, and its way to the sandbox."""

from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Route
from playwright.async_api import Error as PageError
from playwright.async_api import Request as PageRequest
from playwright.async_api import TimeoutError as PageTimeout
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from jobdb.chromium import MISSING, chromium, launch_options
from jobdb.errors import SettingError, first_line
from jobspider.chromium import BrowserFailed
from jobspider.sandbox import SandboxHandler
from jobspider.scrolling import scroll

NOT_NEEDED = {"image", "font", "media", "stylesheet"}


def use_browser(settings: BaseSettings) -> None:
    """Let requests with `playwright` in their meta go through Chromium. Raises SettingError where there is none."""
    path = chromium()
    if path is None:
        raise SettingError(MISSING)
    name = "SandboxBrowserHandler" if settings.get("JOBSPIDER_SANDBOX") else "BrowserHandler"
    settings.set("DOWNLOAD_HANDLERS", {"https": f"{__name__}.{name}"}, priority="spider")
    settings.set("PLAYWRIGHT_BROWSER_PROVIDER", f"{__name__}.Starter", priority="spider")
    settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", launch_options(path), priority="spider")
    settings.set("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT", 1, priority="spider")  # a page behind another is not painted
    settings.set("PLAYWRIGHT_ABORT_REQUEST", is_not_needed, priority="spider")


def rendered(url: str, cards: str, scrolls: int, pause: float) -> Request:
    """Return the request for a list that a browser fills, scrolled to its end, `scrolls` times at the most.

    `cards` is the CSS selector of a posting; `pause` the least time between two scrolls, in seconds.
    """
    words = {"cards": cards, "scrolls": scrolls, "pause": pause}
    return Request(url, meta={"playwright": True, "scroll": words})


def is_not_needed(request: PageRequest) -> bool:
    """Tell whether a page's request is for looks alone."""
    return request.resource_type in NOT_NEEDED


class Starter(PlaywrightBrowserProvider):
    """Starts Chromium; what keeps it from starting is told to every page that asks for it, and tried once."""

    failure = ""

    async def start(self) -> None:
        """Start Playwright's driver."""
        try:
            await super().start()
        except Exception as error:  # noqa: BLE001  the driver is a program of its own, which may die of anything
            self.failure = _told(error)

    async def launch_browser(self) -> Browser:
        """Return Chromium, started. Raises BrowserFailed."""
        if not self.failure:
            try:
                return await super().launch_browser()
            except (PageError, OSError) as error:
                self.failure = _told(error)
        raise BrowserFailed(self.failure)

    async def close(self) -> None:
        """Stop what has been started."""
        if self.playwright:
            await super().close()


class BrowserHandler(ScrapyPlaywrightDownloadHandler):
    """Scrapy's handler, and Chromium for the requests that ask for it."""

    async def download_request(self, request: Request) -> Response:
        """Return the answer or the rendered page. Raises what Scrapy raises for a network's trouble, BrowserFailed."""
        if words := request.meta.get("scroll"):
            request.meta["playwright_page_methods"] = [PageMethod(scroll, **words)]
        try:
            response: Response = await super().download_request(request)
        except PageTimeout as error:
            raise DownloadTimeoutError(_told(error)) from None
        except PageError as error:
            kind = DownloadFailedError if "net::" in error.message else BrowserFailed
            raise kind(_told(error)) from None
        return response


class SandboxBrowserHandler(BrowserHandler, SandboxHandler):
    """The same in the sandbox: every request of a page is carried to loopback, whatever host it names."""

    async def download_request(self, request: Request) -> Response:
        """Return the rendered page, or the sandbox's plain answer."""
        if request.meta.get("playwright"):
            request.meta["playwright_page_init_callback"] = self._reroute
        return await super().download_request(request)

    async def _reroute(self, page: Page, request: Request) -> None:  # noqa: ARG002  scrapy-playwright's arguments
        await page.route("**/*", self._carry)

    async def _carry(self, route: Route, request: PageRequest) -> None:
        if is_not_needed(request):
            await route.abort()
            return
        parts = urlsplit(request.url)
        base = self.crawler.settings["JOBSPIDER_SANDBOX"].rstrip("/")
        query = f"?{parts.query}" if parts.query else ""
        answer = await route.fetch(url=f"{base}/{parts.netloc}{parts.path}{query}", max_redirects=0)
        if 300 <= answer.status < 400:  # Playwright fulfils no redirect, and only boards in trouble have one here
            await route.abort("failed")
        else:
            await route.fulfill(response=answer)


def _told(error: Exception) -> str:
    """Return what an error says first: Playwright's go on with the program's own lines."""
    return first_line(error)[:200]
