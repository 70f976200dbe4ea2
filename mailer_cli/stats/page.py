"""The page of figures: one file in Korean that needs nothing else, drawn by Jinja2 from the views of all outputs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from jobdb.boards import BOARDS
from jobdb.clock import KST
from mailer_cli.config import MailSettings
from mailer_cli.stats import charts
from mailer_cli.stats.domains import FEWEST
from mailer_cli.stats.figures import Row
from mailer_cli.stats.intervals import FEW
from mailer_cli.stats.lines import interval, percent
from mailer_cli.stats.metrics import METRICS, parent
from mailer_cli.stats.views import BLIND, View
from mailer_cli.wording import day_words, plain

TEMPLATE = "page.html"
VIEWS = ("week", "course", "track", "domain", "route")
HEADLINE = ("delivered", "bounced", "opened_human", "clicked_human", "unsubscribed")
LINKS = {"posting": "채용공고", "survey": "설문", "more": "더 보기", "unsubscribe": "수신거부", "other": "그 밖의 링크"}
ROUTES = {"default": "일반", "chunjae": "천재 도메인"}
REASONS = {  # why a student got no mail, as eligibility and the roster name it
    "before_window": "발송 기간 전",
    "after_window": "발송 기간 지남",
    "employed": "취업",
    "dropped_out": "중도 포기",
    "withdrawn": "수강철회",
    "switched_off": "LMS에서 메일 끔",
    "not_on_roster": "명단에 없음",
    "same_address": "같은 주소의 다른 학생이 받음",
    "moved": "다른 과정으로 옮김",
    "no_postings": "보낼 공고 없음",
    "no_recipients": "받을 학생 없음",
    "cancelled": "발송 취소",
    "suppressed: form": "수신거부 (폼)",
    "suppressed: one_click": "수신거부 (원클릭)",
    "suppressed: page": "수신거부 (페이지)",
    "suppressed: manual": "수신거부 (담당자 등록)",
    "suppressed: complaint": "스팸 신고한 주소",
    "suppressed: bounce": "없는 주소로 반송됨",
    "suppressed: provider": "메일 서비스가 막은 주소",
    "suppressed: mailbox_full": "편지함이 가득 참",
}


class Achieved(Protocol):
    """What the page shows: everything counted of some mailings (results.Results)."""

    @property
    def made_up(self) -> bool:
        """Tell whether the postings are made up."""
        ...

    @property
    def strays(self) -> tuple[int, int]:
        """Return how many events belong to no mail, and how many messages could not be read."""
        ...

    @property
    def total(self) -> Row:
        """Return everything in one row."""
        ...

    def view(self, by: str) -> View:
        """Return the figures by one of figures.DIMENSIONS."""
        ...


def page(
    achieved: Achieved, clicks: Mapping[str, View], slots: tuple[datetime, datetime], chosen: tuple[str, ...],
    settings: MailSettings, now: datetime, tracks: Mapping[str, str],
) -> str:  # fmt: skip
    """Return the page as HTML.

    `clicks` are the views of postings, boards, words and links; `slots` the first and the last mailing's; `chosen`
    the courses and tracks that it is limited to, if any; `tracks` is key -> label.
    """
    house = Environment(
        loader=FileSystemLoader(settings.templates / "stats"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    house.filters |= {
        "percent": _percent,
        "scale": _scale,
        "interval": interval,
        "plain": plain,
        "grouped": "{:,}".format,
    }
    return house.get_template(TEMPLATE).render(
        total=achieved.total, made_up=achieved.made_up, strays=achieved.strays, school=settings.school,
        views={by: achieved.view(by) for by in VIEWS}, clicks=clicks,
        period=_period(*slots), chosen=chosen, now=now.astimezone(KST), metrics=METRICS, parent=parent, charts=charts,
        headline=HEADLINE, reasons=REASONS, few=FEW, fewest=FEWEST, blind=BLIND, safe_link=_safe_link, clicked=_clicked,
        names=_names(tracks), week_words=_week_words, ends=lambda view, key: charts.scale_of(view.rows, [key]),
        silent=achieved.total.counts["sent"] - achieved.total.counts["noticed"],
    )  # fmt: skip


def _names(tracks: Mapping[str, str]) -> dict[str, dict[str, str]]:
    boards = {board.key: board.label for board in BOARDS.values()}
    return {"track": dict(tracks), "board": boards, "link": LINKS, "route": ROUTES}


def _period(first: datetime, last: datetime) -> str:
    begins, ends = first.astimezone(KST).date(), last.astimezone(KST).date()
    told = f"{begins.year}년 {day_words(begins)}"
    if begins == ends:
        return told
    return f"{told} ~ {'' if begins.year == ends.year else f'{ends.year}년 '}{day_words(ends)}"


def _week_words(monday: str) -> str:
    day = date.fromisoformat(monday)
    return f"{day.month}/{day.day}"


def _percent(share: float) -> str:
    return percent(share).replace(" ", "")  # Korean sets the sign close


def _scale(share: float) -> str:
    return f"{100 * share:.3g}%"


def _clicked(view: View) -> list[Row]:
    return [row for row in view.rows if row.counts["clicked"]]


def _safe_link(url: str) -> bool:
    """Tell whether a posting's link is one to a web page: a board's words may be anything."""
    return url.startswith(("https://", "http://"))
