"""고용24's website: the search's list of every provider's postings, their pages, and the page without a posting."""

from typing import Any

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.boards import worknet_words as words
from sandbox.boards.printing import PAGES, Listing, printed, whole_number
from sandbox.boards.worknet_api import Api
from sandbox.job import Job
from sandbox.shelf import Shelf

SEARCH = "/wk/a/b/1200/retriveDtlEmpSrchList"
FIRST_WALK = "024"  # the occupation to whose first page a saved list is served
GONE = "해당 구인인증번호의 상세 내역이 없습니다."
CLOSED = "마감된 채용정보입니다."
ROBOTS = """\
User-Agent: *
disallow: /cm/common/
disallow: /sa/
disallow: /ei/
disallow: /cm/f/c/0100/selectUnifySearchPost.do
Allow: /

Sitemap: https://www.work24.go.kr/cm/static/sitemap.xml
"""


def hosts(shelf: Shelf) -> dict[str, list[BaseRoute]]:
    """Return the routes of the board, and of another site to which some of its rows lead."""
    board, api = Board(shelf), Api(shelf)
    calls = "/cm/openApi/call/wk/callOpenApiSvcInfo"
    return {
        "www.work24.go.kr": [
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route(f"{SEARCH}.do", board.search),
            Route(f"{SEARCH}InPost.do", board.send_on, methods=["POST"]),
            Route("/wk/a/b/1500/empDetailAuthView.do", board.posting),
            Route(f"{calls}210L01.do", api.postings),
            Route(f"{calls}210D01.do", api.posting),
        ],
        "www.jobkorea.co.kr": [Route("/Recruit/GI_Read/{number}", board.elsewhere)],
    }


class Board:
    """The endpoints over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.listing = shelf, Listing(shelf, "worknet", words.GROUPS)

    async def search(self, request: Request) -> Response:
        """Answer a page of the search, newest first; ten rows unless asked for more, a hundred at the most."""
        query = request.query_params
        page = whole_number(request, "pageIndex", whole_number(request, "currentPageNo", 1))
        size = min(whole_number(request, "resultCnt", 10), 100)
        occupations = [code for code in query.get("occupation", "").split("|") if code]
        if page == 1 and FIRST_WALK in occupations and (saved := self.shelf.saved("worknet", "list-1")):
            return HTMLResponse(saved)
        jobs = found(self.listing, occupations)
        return self._page(
            "list", rows=[row(job) for job in jobs[(page - 1) * size : page * size]], page=page, size=size,
            total=len(jobs), pages=max(1, -(-len(jobs) // size)),
        )  # fmt: skip

    async def send_on(self, request: Request) -> Response:
        """Answer the form, which is sent by POST, with the address that shows its list."""
        query = (await request.body()).decode()
        return RedirectResponse(f"{SEARCH}.do?{query}", 302)

    async def posting(self, request: Request) -> Response:
        """Answer a posting's page, found by its number and its provider, or say that there is none."""
        number = request.query_params.get("wantedAuthNo", "")
        if saved := self.shelf.saved("worknet", f"posting-{number}"):
            return HTMLResponse(saved)
        job = self.shelf.find("worknet", number)
        if job is None or request.query_params.get("infoTypeCd", words.OWN) != words.provider_of(job):
            return self._page("message", number=number, message=GONE)
        if ended_early(job, self.shelf):
            return self._page("message", number=number, message=CLOSED)
        return self._page("posting", posting=facts(job), other=self.listing.other_than(job))

    async def elsewhere(self, request: Request) -> Response:
        """Answer the page of a posting on the site that provides it, in a format that is not this board's."""
        job = self.shelf.find("worknet", request.path_params["number"])
        return HTMLResponse(f"<html><h1>{escape(job.title)}</h1></html>") if job else HTMLResponse("<html></html>", 404)

    def _page(self, name: str, **printed_words: Any) -> Response:
        template = PAGES.get_template(f"worknet/{name}.html")
        return HTMLResponse(template.render(label=self.shelf.label, now=self.shelf.now, **printed_words))


def found(listing: Listing, occupations: list[str]) -> list[Job]:
    """Return the postings of the occupations, each once, newest first; of all occupations when none is asked for."""
    if not occupations:
        return listing.of("")
    wanted = {job.board_id for code in occupations for job in listing.of(code)}
    return [job for job in listing.of("") if job.board_id in wanted]


def ended_early(job: Job, shelf: Shelf) -> bool:
    """Tell whether the company has ended a posting before its day: then the board shows it no more."""
    return job.closes_on is not None and shelf.now.date() >= job.closes_on


def row(job: Job) -> dict[str, Any]:
    """Return what a row prints; the box holds the whole title, with its & escaped once too often."""
    title = job.title.replace("&", "&amp;")
    provider = words.provider_of(job)
    conditions = (
        printed(job, "career", job.career, words.row_career),
        printed(job, "education", job.education, words.EDUCATIONS),
    )
    return {
        **heading(job),
        "box": f"{job.board_id}|{provider}|{job.company}|{title}",
        "cut_title": words.cut(job.title),
        "site": words.PROVIDERS[provider],
        "conditions": [text for text in conditions if text],
        "region": printed(job, "region", job, words.place),
        "pay": printed(job, "pay", job.pay, str),
        "kind": "" if job.words else ("공공", "중견", "")[job.posted_at.day % 3],
        "end": words.end_of(job),
        "posted": printed(job, "posted", job.posted_at, lambda day: f"{day:%Y-%m-%d}"),
    }


def facts(job: Job) -> dict[str, Any]:
    """Return what a posting's page prints."""
    region = printed(job, "region", job, words.place)
    end = words.end_of(job)
    return {
        **heading(job),
        "summary": {
            "경력": printed(job, "career", job.career, words.page_career),
            "학력": printed(job, "education", job.education, words.EDUCATIONS),
            "임금": printed(job, "pay", job.pay, str),
            "지역": region if job.words or not region else f"{region} 중앙로{job.posted_at.day}길 8 (본관)",
            "고용형태": printed(job, "employment", job.employment, words.employment_words),
        },
        "occupation": words.occupation(job)[1],
        "keywords": ", ".join(job.skills),
        "lines": [] if job.body_is_image else job.body.splitlines(),
        "image": "/wk/upload/recruit.png" if job.body_is_image else "",
        "end": end,
        "end_words": end.in_full if end.day else "",
        "posted": printed(job, "posted", job.posted_at, lambda day: f"{day:%Y.%m.%d %H:%M:%S}"),
    }


def heading(job: Job) -> dict[str, str]:
    """Return what a row and a page both begin with."""
    provider = words.provider_of(job)
    link = (
        f"/wk/a/b/1500/empDetailAuthView.do?wantedAuthNo={job.board_id}"
        f"&infoTypeCd={provider}&infoTypeGroup={words.group_of(provider)}"
    )
    elsewhere = f"https://www.jobkorea.co.kr/Recruit/GI_Read/{job.board_id}"
    return {
        "number": job.board_id,
        "provider": provider,
        "link": elsewhere if words.is_elsewhere(job) else link,
        "title": job.title,
        "company": job.company,
    }
