"""Real postings of 고용24: a saved list, a posting's page, and the page of a number that is none."""

import re
from datetime import datetime
from html import unescape
from pathlib import Path

from lxml import html

from jobdb.clock import KST
from sandbox.job import Job
from sandbox.replay.saved import saved_job

PAGES = {
    "list-1": "list_2026-03-18.html",
    "posting-FAKE000000000000": "missing_2026-03-18.html",
    "posting-Dd04022603180062": "detail_2026-03-18.html",
}
DATES = re.compile(r"(마감일|등록일) : (\d{4}-\d\d-\d\d)")
UNTIL_FILLED = re.compile(r"var wantedYn = '([YN])'")


def jobs(folder: Path) -> list[Job]:
    """Return the postings of the saved list; the saved page is that of its first one."""
    return [_of_row(row) for path in sorted(folder.glob("list_*.html")) for row in _rows(path)]


def page(folder: Path, name: str) -> bytes | None:
    """Return a page saved whole."""
    path = folder / PAGES.get(name, "")
    return path.read_bytes() if path.is_file() else None


def _rows(path: Path) -> list[html.HtmlElement]:
    rows: list[html.HtmlElement] = html.fromstring(path.read_text(encoding="utf-8")).xpath(
        "//table[@id='contentArea']/tbody/tr"
    )
    return rows


def _of_row(row: html.HtmlElement) -> Job:
    (box,) = row.xpath(".//input[@type='checkbox']/@value")
    number, _provider, company, title = unescape(box).split("|", 3)
    source = html.tostring(row, encoding="unicode")
    dates = dict(DATES.findall(source))
    conditions = [_text(item) for item in row.xpath(".//li[@class='member']//span")]
    words = {
        "title": title,
        "company": company,
        "career": next((text for text in conditions if re.search("경력|신입", text)), ""),
        "education": next((text for text in conditions if not re.search("경력|신입", text)), ""),
        "pay": _text(*row.xpath(".//li[@class='dollar']")),
        "region": _text(*row.xpath(".//li[@class='site']")),
        "deadline": dates["마감일"],
        "wantedYn": UNTIL_FILLED.findall(source)[0],
        "posted": dates["등록일"],
    }
    posted_at = datetime.fromisoformat(words["posted"]).replace(tzinfo=KST)
    return saved_job("worknet", number, words, posted_at)


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
