"""Saramin's saved rows, list cards and pages of postings."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import unescape
from itertools import chain
from pathlib import Path

from lxml import html

from jobdb.clock import KST
from sandbox.job import Job
from sandbox.replay.saved import saved_job

SAVED_AT = datetime(2024, 12, 14, tzinfo=KST)
COLUMNS = {
    "title": "title", "company": "company", "location": "region", "experience": "career", "education": "education",
    "employmentType": "employment", "deadline": "deadline",
}  # fmt: skip
CONDITIONS = ("region", "career", "education", "employment")  # the order on the saved list
NUMBER = re.compile(r"rec_idx=(\d+)")
SECTOR = re.compile(r"(?P<skills>.*?)\s*(?P<posted>(?:등록일|수정일) \d\d/\d\d/\d\d)?", re.DOTALL)
PAGE_TITLE = re.compile(r"<title>\[(?P<company>.+?)\] (?P<title>.+) \((?:D-\d+|오늘 마감)\) - 사람인</title>")


def jobs(folder: Path) -> list[Job]:
    """Return the saved postings: rows, cards, pages. A row without number, title or company is left out."""
    rows = chain.from_iterable(map(read_rows, sorted(folder.glob("rows_*.csv"))))
    cards = chain.from_iterable(map(read_cards, sorted(folder.glob("list_*.html"))))
    pages = map(read_page, sorted(folder.glob("detail_*_[0-9]*.html")))
    return [job for job in chain(rows, cards, pages) if job]


def page(folder: Path, name: str) -> bytes | None:
    """Return the whole page of a posting. The saved list is an excerpt: its cards are among `jobs`."""
    kind, _, number = name.partition("-")
    if kind != "posting" or not number.isdigit():
        return None
    return next((path.read_bytes() for path in folder.glob(f"detail_*_{number}.html")), None)


def read_rows(path: Path) -> Iterator[Job | None]:
    """Yield a CSV's rows."""
    with path.open(encoding="utf-8-sig", newline="") as table:
        for row in csv.DictReader(table):
            sector = SECTOR.fullmatch(row["sector"].strip())
            words = {name: row[column].strip() for column, name in COLUMNS.items()}
            skills, posted = (sector["skills"], sector["posted"] or "") if sector else ("", "")
            yield job_of(row["link"], words | {"posted": posted}, skills.removesuffix(" 외").split(", "))


def read_cards(path: Path) -> Iterator[Job | None]:
    """Yield a list's cards."""
    for card in html.fromstring(path.read_text(encoding="utf-8")).find_class("item_recruit"):
        (title,) = card.xpath("./div[@class='area_job']/h2/a")
        conditions = [text_of(span) for span in card.xpath(".//div[@class='job_condition']/span")]
        words = dict(zip(CONDITIONS, conditions, strict=True))
        words |= {
            "title": title.get("title"),
            "company": text_of(card.find_class("corp_name")[0]),
            "deadline": text_of(card.find_class("date")[0]),
            "posted": text_of(card.find_class("job_day")[0]),
        }
        jobs_of_card = card.xpath(".//div[@class='job_sector']//a[contains(@href, 'cat_kewd')]")
        yield job_of(title.get("href"), words, [text_of(link) for link in jobs_of_card])


def read_page(path: Path) -> Job | None:
    """Return the posting of a saved page by its title; the page itself is served as it is."""
    head = PAGE_TITLE.search(path.read_text(encoding="utf-8", errors="replace"))
    words = {name: unescape(text) for name, text in head.groupdict().items()} if head else {}
    return job_of(f"rec_idx={path.stem.rpartition('_')[2]}", words, ())


def job_of(link: str, words: dict[str, str], skills: Iterable[str]) -> Job | None:
    """Return the posting of a link, or None when what every posting has was not saved."""
    number = NUMBER.search(link)
    if not (number and words.get("title") and words.get("company")):
        return None
    posted_at = SAVED_AT
    if day := words.get("posted", "")[-8:]:
        posted_at = datetime.strptime(day, "%y/%m/%d").replace(tzinfo=KST)
    return saved_job("saramin", number[1], words, posted_at, tuple(skill for skill in skills if skill))


def text_of(element: html.HtmlElement) -> str:
    """Return an element's text on one line."""
    return " ".join(element.text_content().split())
