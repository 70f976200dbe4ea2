"""Jumpit: the JSON of jumpit-api.saramin.co.kr, and a page for whoever follows a link."""

import hashlib
from functools import cached_property
from typing import Any

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.boards import jumpit_answers as answers
from sandbox.job import Job
from sandbox.shelf import Shelf

PAGE = 16  # postings; the size parameter is ignored
FIRST_WALK = "1"  # the category to whose first page a saved list is served
ROBOTS = "User-agent: *\nDisallow: /login\nDisallow: /mypage\nAllow: /\n"


def hosts(shelf: Shelf) -> dict[str, list[BaseRoute]]:
    """Return the routes of the API's host, which has no robots.txt, and of the site."""
    board = Board(shelf)
    return {
        "jumpit-api.saramin.co.kr": [
            Route("/api/positions", board.positions),
            Route("/api/position/{board_id}", board.position),
        ],
        "jumpit.saramin.co.kr": [
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route("/position/{board_id}", board.page),
        ],
    }


class Board:
    """The endpoints over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @cached_property
    def listed(self) -> list[tuple[Job, set[str]]]:
        """Return what the lists show, each posting with its categories."""
        return [(job, answers.category_ids(job)) for job in self.shelf.listed("jumpit")]

    def positions(self, request: Request) -> Response:
        """Answer the list: by category, newest first only when asked for, an empty list past the end."""
        query = request.query_params
        page = max(1, int(query.get("page", "1")))
        wanted = set(query.getlist("jobCategory"))
        saved = self.shelf.saved("jumpit", "list-1") if wanted <= {FIRST_WALK} else None
        if saved is not None and page == 1:
            return Response(saved, media_type="application/json")
        jobs = [job for job, categories in self.listed if not wanted or wanted & categories]
        if query.get("sort") != "reg_dt":
            jobs.sort(key=lambda job: hashlib.md5(job.board_id.encode(), usedforsecurity=False).digest())
        start = (page - 1 - (saved is not None)) * PAGE
        result = answers.listing(jobs, page, jobs[start : start + PAGE], query.get("keyword", ""))
        return _answer("포지션 리스트가 조회되었습니다.", "P004", result)

    def position(self, request: Request) -> Response:
        """Answer a posting; an unknown one is HTTP 400 with the code C003, one taken down early is `invisible`."""
        board_id = request.path_params["board_id"]
        saved = self.shelf.saved("jumpit", f"posting-{board_id}")
        if saved is not None:
            return Response(saved, media_type="application/json")
        job = self.shelf.find("jumpit", board_id)
        if job is None:
            return JSONResponse({"message": "Entity Not Found", "status": 400, "code": "C003", "result": None}, 400)
        taken_down = job.closes_on is not None and self.shelf.now.date() >= job.closes_on
        return _answer("포지션 상세가 조회되었습니다.", "P005", answers.details(job, taken_down))

    def page(self, request: Request) -> Response:
        """Show the page that a link in a mail leads to: its frame alone, the rest is drawn by a browser."""
        job = self.shelf.find("jumpit", request.path_params["board_id"])
        if job is None:
            return HTMLResponse("<!doctype html><title>점핏</title><h1>페이지를 찾을 수 없습니다</h1>", 404)
        return HTMLResponse(
            f"<!doctype html><html lang=ko><title>{escape(job.title)} | 점핏</title>"
            f"<h1>{escape(job.title)}</h1><p>{escape(job.company)}</p><p>{escape(self.shelf.label)}</p></html>"
        )


def _answer(message: str, code: str, result: dict[str, Any]) -> Response:
    return JSONResponse({"message": message, "status": 200, "code": code, "result": result})
