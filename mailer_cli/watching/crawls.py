"""Crawls that failed, are unlike the board's others, or never came to an end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobdb.boards import BOARDS
from jobdb.clock import KST
from mailer_cli.watching.finding import Finding, instant_words

LONGEST = timedelta(hours=6)  # no crawl of the schedule may take longer
REMEDY = "공고는 지난번 수집분으로 발송됩니다. 개발 담당자에게 알려 주세요. (`scrapy crawls {board}`)"


@dataclass(frozen=True, slots=True)
class LastCrawl:
    """A board's latest crawl; `verdict` is None while it runs, or when it was killed."""

    board: str
    started_at: datetime
    verdict: str | None
    cause: str | None


def crawl_findings(crawls: Iterable[LastCrawl], now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the boards' latest crawls; a board's trouble is one until a crawl of it is well."""
    for crawl in crawls:
        told = _told(crawl, now)
        if told:
            english, korean = told
            label = BOARDS[crawl.board].label if crawl.board in BOARDS else crawl.board
            at = instant_words(crawl.started_at)
            yield Finding(
                "crawl",
                crawl.board,
                f"{crawl.board}: the crawl of {crawl.started_at.astimezone(KST):%m-%d %H:%M} {english}",
                f"{label} 공고 수집({at} 시작): {korean}",
                REMEDY.format(board=crawl.board),
            )


def _told(crawl: LastCrawl, now: datetime) -> tuple[str, str] | None:
    if crawl.verdict == "failed":
        return f"failed: {crawl.cause}", f"실패했습니다 — {crawl.cause}"
    if crawl.verdict == "suspect":
        return f"is suspect: {crawl.cause}", f"결과가 평소와 다릅니다 — {crawl.cause}"
    if crawl.verdict is None and now - crawl.started_at > LONGEST:
        return "never ended: it was killed, or hangs", "끝나지 않았습니다. 중간에 종료되었거나 멈춘 것으로 보입니다"
    return None
