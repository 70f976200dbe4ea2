"""Incruit's saved list: served whole as EUC-KR, and its rows as postings that it leads to."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lxml import html

from jobdb.clock import KST
from sandbox.job import Job
from sandbox.replay.saved import saved_job

SAVED_AT = datetime(2024, 1, 31, tzinfo=KST)
CONDITIONS = ("career", "education", "region", "employment", "pay")  # the order on the saved list


def jobs(folder: Path) -> list[Job]:
    """Return the postings of the saved list; no page of a posting was saved."""
    text = saved_list(folder)
    return list(read_rows(text)) if text else []


def page(folder: Path, name: str) -> bytes | None:
    """Return the saved list as it goes over the wire: the file was saved as UTF-8, the board sends cp949."""
    text = saved_list(folder) if name == "list-1" else None
    return text.encode("cp949", "xmlcharrefreplace") if text else None


def saved_list(folder: Path) -> str | None:
    """Return the text of the saved list, or None."""
    return next((path.read_text(encoding="utf-8") for path in sorted(folder.glob("list_*.html"))), None)


def read_rows(text: str) -> Iterator[Job]:
    """Yield the rows that have a number; advertised ones have none."""
    for row in html.fromstring(text).xpath("//ul[@jobno]"):
        words = dict(zip(CONDITIONS, texts(row, "cell_mid", "cl_md", "span"), strict=False))
        words["title"] = texts(row, "cell_mid", "cl_top", "a")[0]
        words["company"] = texts(row, "cell_first", "cl_top", "a")[0]
        words |= dict(zip(("deadline", "posted"), texts(row, "cell_last", "cl_btm", "span"), strict=True))
        occupations = tuple(text.rstrip(", ") for text in texts(row, "cell_mid", "cl_btm", "span"))
        yield saved_job("incruit", row.get("jobno"), words, SAVED_AT, occupations)


def texts(row: html.HtmlElement, cell: str, part: str, tag: str) -> list[str]:
    """Return the texts of one part of a row's cell, each on one line."""
    found = row.xpath(f".//div[@class='{cell}']/div[@class='{part}']/{tag}")
    return [" ".join(element.text_content().split()) for element in found]
