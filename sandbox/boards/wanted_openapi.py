"""Wanted's official API: lists and postings in its own shape, and clients that it refuses.

What the real one says to a wrong client is not on record; these words are made up.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.boards import wanted_pages as pages
from sandbox.job import Job
from sandbox.shelf import Shelf

HOST = "openapi.wanted.jobs"
MOST = 100
REFUSED = {  # by how the secret begins
    "": (401, "클라이언트 인증 정보가 필요합니다."),
    "wrong": (401, "유효하지 않은 클라이언트입니다."),
    "barred": (403, "이용이 중지된 클라이언트입니다: {secret}"),
}
LISTED = ("id", "company", "due_time", "employment_type", "address")

Find = Callable[[str | None], list[Job]]


def routes(shelf: Shelf, find: Find) -> list[BaseRoute]:
    """Return the API's routes; `find` gives the postings of a job group."""

    async def jobs(request: Request) -> Response:
        return refusal(request) or page(request, find(request.query_params.get("category_tag")))

    async def job(request: Request) -> Response:
        found = shelf.find("wanted", request.path_params["board_id"])
        if found is None:
            return refusal(request) or JSONResponse({"message": "job not found"}, 404)
        return refusal(request) or JSONResponse(posting(found, found.is_closed(shelf.now)))

    return [Route("/v2/jobs", jobs), Route("/v1/jobs/{board_id}", job)]


def refusal(request: Request) -> Response | None:
    """Return what a call without the client's two headers is told, or with those of a client that is refused."""
    secret = request.headers.get("wanted-client-secret", "")
    known = secret if request.headers.get("wanted-client-id") else ""
    if refused := REFUSED.get(known.partition("-")[0]):
        status, message = refused
        return JSONResponse({"message": message.format(secret=secret)}, status)
    return None


def page(request: Request, jobs: list[Job]) -> Response:
    """Return the part of a list that a request asks for."""
    query = request.query_params
    limit, offset = min(int(query.get("limit", "20")), MOST), int(query.get("offset", "0"))
    more = {**query, "offset": offset + limit}
    return JSONResponse(
        {
            "data": [entry(job) for job in jobs[offset : offset + limit]],
            "links": {"prev": None, "next": f"/v2/jobs?{urlencode(more)}" if offset + limit < len(jobs) else None},
        }
    )


def entry(job: Job) -> dict[str, Any]:
    """Return a posting as the list words it: without years and text."""
    return {
        **only(pages.facts(job), LISTED),
        "status": "active",
        "name": job.title,
        "additional_apply_type": [],
        "category_tags": tags(job),
    }


def posting(job: Job, closed: bool) -> dict[str, Any]:
    """Return a posting's object: the position is the name of its detail, and tags have titles."""
    whole = pages.details(job, closed)
    texts = only(whole["detail"], ("intro", "main_tasks", "requirements", "preferred_points", "benefits"))
    return {
        **entry(job),
        **only(whole, ("annual_from", "annual_to")),
        "status": whole["status"],
        "url": f"{pages.HOME}/wd/{job.board_id}",
        "detail": {"name": job.title, **texts},
        "skill_tags": [{"title": skill} for skill in job.skills],
        "reward": {"total": "1,000,000원"},
    }


def only(tree: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the values of an object that stand under these keys."""
    return {key: tree[key] for key in keys if key in tree}


def tags(job: Job) -> dict[str, Any]:
    """Return the job group and the jobs of a posting."""
    parent, child = pages.CATEGORIES[job.field]
    return {"parent_tag": {"id": 1, "title": parent}, "child_tags": [{"id": None, "title": child}]}
