"""Scrolling a page that fills itself: to its end, within bounds, and not faster than a board is asked."""

import asyncio

from playwright.async_api import Page, Request
from playwright.async_api import TimeoutError as PageTimeout

FIRST = 10.0  # seconds that the first cards may take
START = 0.5  # seconds in which a page begins to ask for more, once it is scrolled
LONGEST = 5.0  # seconds that it may wait for what it asked
AT_THE_END = 2  # scrolls in a row that bring nothing: one may be lost while the page is busy
TO_THE_END = """async () => {
    scrollBy(0, -innerHeight);  // away from the end, where it may stand: a page is told of movements alone
    await new Promise(done => setTimeout(done, 50));
    scrollTo(0, document.documentElement.scrollHeight);
}"""
MAY_FILL = "performance.getEntriesByType('navigation')[0].responseStatus === 200 && document.scripts.length > 0"
MORE = "([cards, before]) => document.querySelectorAll(cards).length > before"


async def scroll(page: Page, cards: str, scrolls: int, pause: float) -> None:
    """Scroll down until no new cards appear, `scrolls` times at the most, `pause` seconds apart at the least."""
    asked = Asked(page)
    if not await page.evaluate(MAY_FILL) or not await _appear(page, cards, 0, FIRST):
        return  # whoever reads the page says what it is
    lost = 0
    for _ in range(scrolls):
        rest = asyncio.create_task(asyncio.sleep(pause))
        lost = 0 if await _brings_more(page, cards, asked) else lost + 1
        if lost == AT_THE_END:
            rest.cancel()
            return
        await rest


class Asked:
    """What a page's scripts have asked for and not yet got."""

    def __init__(self, page: Page) -> None:
        self.open: set[Request] = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        if request.resource_type in ("fetch", "xhr"):
            self.open.add(request)

    def _end(self, request: Request) -> None:
        self.open.discard(request)


async def _brings_more(page: Page, cards: str, asked: Asked) -> bool:
    before = await page.locator(cards).count()
    await page.evaluate(TO_THE_END)
    until = asyncio.get_running_loop().time() + LONGEST
    while not await _appear(page, cards, before, START):
        if not asked.open or asyncio.get_running_loop().time() > until:
            return False
    return True


async def _appear(page: Page, cards: str, before: int, wait: float) -> bool:
    try:
        await page.wait_for_function(MORE, arg=[cards, before], timeout=wait * 1000)
    except PageTimeout:
        return False
    return True
