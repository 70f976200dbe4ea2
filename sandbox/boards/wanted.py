"""Wanted: its sitemaps, the pages of its postings, the JSON that its pages read, and its official API."""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.boards import wanted_openapi
from sandbox.boards import wanted_pages as pages
from sandbox.job import Job
from sandbox.shelf import Shelf

HOME = "https://www.wanted.co.kr"
SCREEN = 20  # postings that one scroll brings
FILES = 3  # sitemap files with postings; none of them is "the newest"
GROUPS = {
    "backend": {"518"}, "frontend": {"518"}, "ai": {"518"}, "infra": {"518"}, "mobile": {"518"},
    "data": {"518", "507"},  # 데이터 엔지니어 is in 개발, 데이터 분석가 in 경영·비즈니스
    "pm": {"507"}, "business": {"507"}, "office": {"507"}, "design": {"511"},
}  # fmt: skip
ROBOTS = f"User-agent: *\nDisallow: /api/\nDisallow: /profile\nDisallow: /cv\n\nSitemap: {HOME}/sitemap.xml\n"
NOT_FOUND = {"error_code": 11001, "message": "job not found exception", "data": None}


def hosts(shelf: Shelf) -> dict[str, list[BaseRoute]]:
    """Return the routes of the website and of the API."""
    board = Board(shelf)
    return {
        "www.wanted.co.kr": [
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route("/sitemap.xml", board.index),
            Route("/sitemap_kr_job_{number:int}.xml", board.sitemap),
            Route("/wd/{board_id}", board.page),
            Route("/wdlist", board.list_page),
            Route("/wdlist/{group}", board.list_page),
            Route("/wdlist/{group}/more", board.more),
            Route("/api/chaos/navigation/v1/results", board.results),
            Route("/api/chaos/jobs/v4/{board_id}/details", board.details_v4),
            Route("/api/chaos/jobs/v1/{board_id}/details", board.details_v1),
            Route("/api/v4/jobs", board.jobs_v4),
            Route("/api/v4/jobs/{board_id}", board.details_v1),
        ],
        wanted_openapi.HOST: wanted_openapi.routes(shelf, board.jobs_of),
    }


class Board:
    """The endpoints over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @cached_property
    def listed(self) -> list[Job]:
        """Return what the lists show."""
        return self.shelf.listed("wanted")

    def index(self, _: Request) -> Response:
        """Answer the index: the files of postings among those of other things."""
        jobs = [f"sitemap_kr_job_{number}.xml" for number in range(1, FILES + 1)]
        names = ["sitemap_kr_company_1.xml", *jobs, "sitemap_etc.xml"]
        return _xml("sitemapindex", "sitemap", [f"{HOME}/{name}" for name in names])

    def sitemap(self, request: Request) -> Response:
        """Answer a file: one posting stands under both hosts, and one is gone, as the real file lags behind."""
        number = request.path_params["number"]
        ids = sorted(int(job.board_id) for job in self.listed)[number - 1 :: FILES] if 1 <= number <= FILES else []
        if not ids:
            return PlainTextResponse("Not Found", 404)
        places = [f"{HOME}/wd/{board_id}" for board_id in ids]
        others = [f"https://recruit.wanted.co.kr/wd/{ids[0]}", f"{HOME}/company/{number}", f"{HOME}/wd/1"]
        return _xml("urlset", "url", places + others)

    def page(self, request: Request) -> Response:
        """Answer a posting's page, in whose data another posting stands before its own."""
        board_id = request.path_params["board_id"]
        saved = self.shelf.saved("wanted", f"posting-{board_id}")
        if saved is not None:
            return HTMLResponse(saved)
        job = self.shelf.find("wanted", board_id)
        if job is None:
            return HTMLResponse(pages.NOT_FOUND, 404)
        others = [other for other in self.listed[:2] if other is not job]
        return HTMLResponse(pages.posting(job, job.is_closed(self.shelf.now), others[:1]))

    def list_page(self, _: Request) -> Response:
        """Answer the list's page, in which no posting stands until its script has run."""
        return HTMLResponse(pages.empty_list())

    def more(self, request: Request) -> Response:
        """Answer the script of the list's page; the real one asks below /api/, which robots may not."""
        offset = int(request.query_params.get("offset", "0"))
        jobs = self.jobs_of(request.path_params["group"])
        recommended = jobs[-1:] if offset == 0 else []
        return JSONResponse(
            {
                "jobs": [pages.entry(job) for job in jobs[offset : offset + SCREEN]],
                "recommended": [pages.entry(job) for job in recommended],
            }
        )

    def results(self, request: Request) -> Response:
        """Answer the list that the site itself calls; without all parameters it ends at 50, as it was seen to."""
        query = request.query_params
        whole = {"job_group_id", "job_sort", "years", "locations"} <= query.keys()
        jobs = self.jobs_of(query.get("job_group_id"))
        return _paged(request, jobs if whole else jobs[:50], pages.entry)

    def jobs_v4(self, request: Request) -> Response:
        """Answer the old list, whose entries say their status."""
        return _paged(request, self.jobs_of(request.query_params.get("tag_type_ids")), self._old_entry)

    def details_v4(self, request: Request) -> Response:
        """Answer a posting's object as chaos v4 wraps it."""
        return self._details(request, lambda job: {"data": {"application": None, "job": job}})

    def details_v1(self, request: Request) -> Response:
        """Answer a posting's object as chaos v1 and the old v4 wrap it."""
        return self._details(request, lambda job: {"application": None, "job": job})

    def _details(self, request: Request, wrap: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
        job = self.shelf.find("wanted", request.path_params["board_id"])
        if job is None:
            return JSONResponse(NOT_FOUND, 404)
        return JSONResponse(wrap(pages.details(job, job.is_closed(self.shelf.now))))

    def _old_entry(self, job: Job) -> dict[str, Any]:
        return {**pages.entry(job), "status": "close" if job.is_closed(self.shelf.now) else "active"}

    def jobs_of(self, group: str | None) -> list[Job]:
        """Return what a job group's list shows."""
        return [job for job in self.listed if group is None or group in GROUPS[job.field]]


def _paged(request: Request, jobs: list[Job], entry: Callable[[Job], dict[str, Any]]) -> Response:
    query = request.query_params
    limit, offset = min(int(query.get("limit", "20")), 100), int(query.get("offset", "0"))
    kept = [(key, value) for key, value in query.multi_items() if key != "offset"]
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    more = f"{path}?{urlencode([*kept, ('offset', offset + limit)])}" if offset + limit < len(jobs) else None
    data = [entry(job) for job in jobs[offset : offset + limit]]
    return JSONResponse({"links": {"prev": None, "next": more}, "data": data})


def _xml(kind: str, entry: str, places: list[str]) -> Response:
    entries = "".join(f"<{entry}><loc>{place}</loc></{entry}>" for place in places)
    text = f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'
    return Response('<?xml version="1.0" encoding="UTF-8"?>' + text, media_type="application/xml")
