"""Saramin's official API: the list as JSON, and two keys that it refuses.

What the real one answers to a wrong key is not on record; these answers are made up.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from jobdb.posting import Career, CareerKind, DeadlineKind, Education, Employment
from sandbox.boards.printing import printed, whole_number, years
from sandbox.job import Job
from sandbox.shelf import Shelf

HOST = "oapi.saramin.co.kr"
REFUSED = {  # by how the key begins
    "": (401, "3", "access-key가 필요합니다."),
    "wrong": (403, "1", "유효하지 않은 access-key입니다."),
    "spent": (429, "4", "일일 사용 한도를 초과했습니다."),
}
KINDS = {CareerKind.NEWCOMER: "신입", CareerKind.BOTH: "신입/경력", CareerKind.ANY: "경력무관"}
EDUCATIONS = {
    Education.ANY: "학력무관", Education.HIGH_SCHOOL: "고등학교졸업이상", Education.COLLEGE: "대학졸업(2,3년)이상",
    Education.BACHELOR: "대학교졸업(4년)이상", Education.MASTER: "석사졸업이상", Education.DOCTOR: "박사졸업",
}  # fmt: skip
EMPLOYMENTS = {
    Employment.PERMANENT: "정규직", Employment.CONTRACT: "계약직,계약직 (정규직 전환가능)", Employment.INTERN: "인턴직",
    Employment.FREELANCE: "프리랜서",
}  # fmt: skip
CLOSE_TYPES = {
    DeadlineKind.DATED: ("1", "접수마감일"), DeadlineKind.UPCOMING: ("1", "접수마감일"),
    DeadlineKind.UNTIL_FILLED: ("2", "채용시"), DeadlineKind.OPEN_ENDED: ("3", "상시"),
}  # fmt: skip
LATEST = timedelta(days=60)  # when a posting without a day is taken off

Find = Callable[[str, str], list[Job]]


def routes(shelf: Shelf, find: Find) -> list[BaseRoute]:
    """Return the API's one route; `find` gives the postings of a job group and a job keyword."""

    async def job_search(request: Request) -> Response:
        query = request.query_params
        if refusal := REFUSED.get(query.get("access-key", "").partition("-")[0]):
            status, code, message = refusal
            return JSONResponse({"code": code, "message": message}, status)
        jobs = find(query.get("job_mid_cd", ""), query.get("job_cd", ""))
        size, page = min(whole_number(request, "count", 10), 110), whole_number(request, "start", 0)
        shown = [posting(job) for job in jobs[page * size : (page + 1) * size]]
        answer = {"count": len(shown), "start": page, "total": str(len(jobs)), "job": shown}
        return JSONResponse({"jobs": answer}, headers={"X-Sandbox": shelf.label})

    return [Route("/job-search", job_search)]


def posting(job: Job) -> dict[str, Any]:
    """Return a posting as the API words it; what its page lacks has an empty name."""
    code, close = CLOSE_TYPES.get(job.deadline.kind, ("4", "수시"))
    posted, ends = job.posted_at, job.deadline.at or job.posted_at + LATEST
    return {
        "url": f"http://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx={job.board_id}&utm_source=job-search-api",
        "active": 1,
        "company": {"detail": {"href": "http://www.saramin.co.kr/zf_user/company-info/view", "name": job.company}},
        "position": {
            "title": job.title,
            "industry": {"code": "301", "name": "솔루션·SI·ERP·CRM"},
            "location": {"code": "101000", "name": printed(job, "region", job, place)},
            "job-type": {"code": "1", "name": printed(job, "employment", job.employment, EMPLOYMENTS)},
            "job-mid-code": {"code": "2", "name": "IT개발·데이터"},
            "job-code": {"code": "84", "name": ",".join(job.skills)},
            "experience-level": {"code": 2, "min": job.career.min_years or 0, "max": job.career.max_years or 0,
                                 "name": printed(job, "career", job.career, career)},
            "required-education-level": {"code": "0", "name": printed(job, "education", job.education, EDUCATIONS)},
        },
        "keyword": ",".join(job.skills),
        "salary": {"code": "0", "name": printed(job, "pay", job.pay, str)},
        "id": job.board_id,
        "posting-timestamp": seconds(posted),
        "modification-timestamp": seconds(posted),
        "opening-timestamp": seconds(posted),
        "expiration-timestamp": seconds(ends),
        "close-type": {"code": code, "name": close},
    }  # fmt: skip


def seconds(instant: datetime) -> str:
    """Word an instant."""
    return str(int(instant.timestamp()))


def place(job: Job) -> str:
    """Word the place of work, escaped for HTML as the API does."""
    return escape(f"{job.sido} > {job.sigungu or job.sido + '전체'}")


def career(of: Career) -> str:
    """Word the career."""
    return KINDS.get(of.kind) or years(of, "경력{least}년↑", "경력{least}~{most}년", "경력")
