"""Scrolling a page in a real Chromium: what comes late is waited for, what goes on for ever is bounded."""

import asyncio

import pytest
from playwright.async_api import async_playwright

from jobdb.chromium import chromium
from jobspider import scrolling

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH"
)

PAGE = """<!doctype html><html><ul></ul><script>
let asking = false;
async function more() {
  if (asking) return;
  asking = true;
  const cards = await (await fetch("/more")).json();
  document.querySelector("ul").innerHTML += cards.map(() => '<li style="height: 900px">').join("");
  asking = false;
}
addEventListener("scroll", () => {
  if (innerHeight + scrollY > document.documentElement.scrollHeight - 400) more();
});
more();
</script></html>"""


@pytest.fixture(autouse=True)
def less_patience(monkeypatch):
    monkeypatch.setattr(scrolling, "FIRST", 3.0)
    monkeypatch.setattr(scrolling, "START", 0.3)


def cards_after(answers, scrolls=10, pause=0.0, late=0.0, status=200):
    """How many cards stand on the page after scrolling, and how often it asked; `answers` are numbers of cards."""
    return asyncio.run(_scrolled(iter(answers), scrolls, pause, late, status))


async def _scrolled(answers, scrolls, pause, late, status):
    asked = 0

    async def serve(route):
        nonlocal asked
        if not route.request.url.endswith("/more"):
            await route.fulfill(body=PAGE, content_type="text/html", status=status)
            return
        asked += 1
        await asyncio.sleep(late)
        await route.fulfill(json=[0] * next(answers, 0))

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = await browser.new_page()
        await page.route("**/*", serve)
        await page.goto("https://list.example/")
        await scrolling.scroll(page, "li", scrolls=scrolls, pause=pause)
        found = await page.locator("li").count()
        await page.unroute_all(behavior="ignoreErrors")
        await browser.close()
    return found, asked


def test_a_list_is_scrolled_to_its_end():
    assert cards_after([4, 4, 4, 2])[0] == 14


def test_answers_that_come_later_than_a_page_begins_to_ask_are_waited_for():
    assert cards_after([4, 4, 4], late=0.8)[0] == 12


def test_a_list_without_an_end_is_bounded():
    assert cards_after([4] * 100, scrolls=3) == (16, 4)


def test_an_empty_list_is_not_scrolled(monkeypatch):
    monkeypatch.setattr(scrolling, "FIRST", 0.3)
    assert cards_after([0, 4]) == (0, 1)


def test_a_refusal_is_not_scrolled():
    assert cards_after([4] * 9, status=403)[1] <= 1


def test_scrolls_are_as_far_apart_as_asked():
    started = asyncio.new_event_loop().time()
    cards_after([4] * 100, scrolls=3, pause=0.5)
    assert asyncio.new_event_loop().time() - started > 1.5
