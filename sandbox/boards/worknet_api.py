"""고용24's Open API: XML, for keys of companies; errors come with HTTP 200."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.boards import worknet_words as words
from sandbox.boards.printing import PAGES, Listing, printed, whole_number
from sandbox.job import Job
from sandbox.shelf import Shelf

KEY, PERSONAL = "key-of-a-company", "key-of-a-person"  # the two keys that are known here
PERSONAL_WORDS = "개인회원은 사용할 수 없는 OPEN-API입니다."
EMPLOYMENT_CODES = {words.WITHOUT_END: "10", words.WITH_END: "20"}


class Api:
    """The calls over one shelf; they know 고용24's own postings alone."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.listing = shelf, Listing(shelf, "worknet", words.GROUPS)

    async def postings(self, request: Request) -> Response:
        """Answer 210L01, a page of the list."""
        if refusal := refused(request):
            return refusal
        page, size = whole_number(request, "startPage", 1), min(whole_number(request, "display", 10), 100)
        codes = [code for code in request.query_params.get("occupation", "").split("|") if code] or [""]
        jobs = list({job.board_id: job for code in codes for job in self.listing.of(code) if is_own(job)}.values())
        shown = [entry(job) for job in jobs[(page - 1) * size : page * size]]
        if not shown:
            return error("message", "정보가 존재하지 않습니다.", "006")
        return xml("list", rows=shown, total=len(jobs), page=page, size=size)

    async def posting(self, request: Request) -> Response:
        """Answer 210D01, a posting."""
        if refusal := refused(request):
            return refusal
        if request.query_params.get("infoSvc") != words.OWN:
            return error("message", "채용정보API의 상세보기 필수항목인 정보제공처가 바르지 않습니다.", "018")
        job = self.shelf.find("worknet", request.query_params.get("wantedAuthNo", ""))
        if job is None or not is_own(job) or job.is_closed(self.shelf.now):
            return error("message", "정보가 존재하지 않습니다.", "006")
        return xml("posting", posting=entry(job))


def refused(request: Request) -> Response | None:
    """Return the answer to a request whose key is missing, a person's, or nobody's."""
    key = request.query_params.get("authKey")
    if not key:
        return error("error", "authKey는 필수 입니다")
    if key == PERSONAL:
        return error("error", PERSONAL_WORDS)
    return None if key == KEY else error("message", "유효하지 않은 인증키 입니다.", "002")


def is_own(job: Job) -> bool:
    """Tell whether a posting was registered with 고용24 itself."""
    return words.provider_of(job) == words.OWN


def entry(job: Job) -> dict[str, Any]:
    """Return the values of a posting's tags; its list and its own answer word some of them differently."""
    end, employment = words.end_of(job), printed(job, "employment", job.employment, words.employment_words)
    code, occupation = words.occupation(job)
    return {
        "number": job.board_id,
        "title": job.title,
        "cut_title": words.cut(job.title),
        "company": job.company,
        "row_career": printed(job, "career", job.career, words.row_career),
        "career": printed(job, "career", job.career, words.page_career),
        "education": printed(job, "education", job.education, words.EDUCATIONS),
        "employment": employment,
        "employment_code": EMPLOYMENT_CODES.get(employment, ""),
        "region": printed(job, "region", job, words.place),
        "pay": printed(job, "pay", job.pay, str),
        "posted": f"{job.posted_at:%y-%m-%d}",
        "row_end": end.in_api,
        "end": "채용시까지" if end.until_filled == "Y" else end.packed,
        "code": code,
        "occupation": occupation,
        "skills": job.skills,
        "body": "홈페이지 참고" if job.body_is_image else job.body,
    }


def xml(name: str, **values: Any) -> Response:
    """Return an answer in XML."""
    return Response(PAGES.get_template(f"worknet/{name}.xml").render(**values), media_type="application/xml")


def error(tag: str, message: str, code: str = "") -> Response:
    """Return an error, whose root depends on who found it: the gate before all APIs, or this one."""
    return xml("error", root="GO24" if tag == "error" else "wantedRoot", tag=tag, message=message, code=code)
