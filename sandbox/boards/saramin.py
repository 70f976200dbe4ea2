"""Saramin's pages: the search's list, the answer with a posting's facts, its text, and the shell around them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, Employment
from sandbox.boards import saramin_api
from sandbox.boards.printing import PAGES, Listing, printed, weekday, whole_number, years
from sandbox.boards.saramin_keywords import SKILL_KEYWORDS, has_keyword
from sandbox.job import Job
from sandbox.shelf import Shelf

# cat_mcls: the lines of work in each; real postings stand in several groups too. A saved row's is not known ("").
GROUPS = {
    "2": frozenset({"backend", "frontend", "data", "ai", "mobile", "infra", "design", ""}),  # IT개발·데이터
    "16": frozenset({"pm", "business", "office"}),  # 기획·전략
    "14": frozenset({"business"}),  # 마케팅·홍보·조사
    "15": frozenset({"design"}),  # 디자인
    "4": frozenset({"office"}),  # 총무·법무·사무
}
KINDS = {CareerKind.NEWCOMER: "신입", CareerKind.BOTH: "신입·경력", CareerKind.ANY: "경력무관"}
EDUCATIONS = {
    Education.ANY: "학력무관", Education.HIGH_SCHOOL: "고졸↑", Education.COLLEGE: "초대졸↑",
    Education.BACHELOR: "대졸↑", Education.MASTER: "석사↑", Education.DOCTOR: "박사",
}  # fmt: skip
EDUCATIONS_IN_FULL = {
    Education.ANY: "학력무관", Education.HIGH_SCHOOL: "고교졸업 이상", Education.COLLEGE: "대졸(2,3년제) 이상",
    Education.BACHELOR: "대졸(4년제) 이상", Education.MASTER: "석사졸업 이상", Education.DOCTOR: "박사졸업",
}  # fmt: skip
EMPLOYMENTS = {
    Employment.PERMANENT: "정규직", Employment.CONTRACT: "계약직", Employment.INTERN: "인턴직",
    Employment.DISPATCHED: "파견직", Employment.PART_TIME: "아르바이트", Employment.FREELANCE: "프리랜서",
    Employment.COMMISSIONED: "위촉직", Employment.TRAINEE: "교육생", Employment.MILITARY_SERVICE: "전문연구요원",
}  # fmt: skip
UNDATED = {DeadlineKind.OPEN_ENDED: "상시채용", DeadlineKind.UNTIL_FILLED: "채용시", DeadlineKind.UPCOMING: "진행예정"}
NOTICES = {"상시채용": "상시 채용", "채용시": "채용시 마감", "진행예정": "접수예정"}
OPEN = ("sri_btn_immediately", "입사지원")
SCHEDULED = ("sri_btn_tobe_apply", "접수예정")
EXPIRED = ("sri_btn_expired_apply", "접수마감")
ROBOTS = """\
User-agent: *
Disallow: /ad
Disallow: /zf_user/member/
Disallow: /zf_user/company/
Disallow: /zf_user/persons/
Disallow: /zf_user/recruit/view/
Disallow: /zf_user/jobs/view/etc
Disallow: /zf_user/track-apply-form/
Disallow: /inc
Allow: /zf_user/jobs/relay/recruit-view
Sitemap: https://www.saramin.co.kr/sitemap.xml
"""


def hosts(shelf: Shelf) -> dict[str, list[BaseRoute]]:
    """Return the routes of the board and of its official API."""
    board = Board(shelf)
    return {
        saramin_api.HOST: saramin_api.routes(shelf, board.found),
        "www.saramin.co.kr": [
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route("/zf_user/search/recruit", board.search),
            Route("/zf_user/jobs/relay/view", board.shell),
            Route("/zf_user/jobs/relay/view-ajax", board.posting),
            Route("/zf_user/jobs/relay/view-detail", board.body),
        ],
    }


class Board:
    """The endpoints over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.listing = shelf, Listing(shelf, "saramin", GROUPS)

    def found(self, group: str, keyword: str) -> list[Job]:
        """Return the postings of a job group and a job keyword, newest first; "" is any."""
        jobs = self.listing.of(group)
        return [job for job in jobs if has_keyword(job, keyword)] if keyword else jobs

    async def search(self, request: Request) -> Response:
        """Answer a page of the search, newest first; one beyond the last has found nothing."""
        page, size = whole_number(request, "recruitPage", 1), min(whole_number(request, "recruitPageCount", 20), 100)
        if saved := self.shelf.saved("saramin", f"list-{page}"):
            return HTMLResponse(saved)
        jobs = self.found(request.query_params.get("cat_mcls", ""), request.query_params.get("cat_kewd", ""))
        cards = [self._card(job) for job in jobs[(page - 1) * size : page * size]]
        return self._page("list", cards=cards, total=f"{len(jobs):,}")

    async def shell(self, request: Request) -> Response:
        """Answer the page that a person opens: nothing but its head until the XHR has come."""
        job = self._job(request)
        return self._missing() if job is None else self._page("shell", posting=self._facts(job))

    async def posting(self, request: Request) -> Response:
        """Answer the XHR: the posting, and another one below it."""
        number = request.query_params.get("rec_idx", "")
        if saved := self.shelf.saved("saramin", f"posting-{number}"):
            return HTMLResponse(saved)
        job = self._job(request)
        if job is None:
            return self._missing()
        other = self.listing.other_than(job)
        return self._page("posting", postings=[self._facts(shown) for shown in (job, other) if shown])

    async def body(self, request: Request) -> Response:
        """Answer the page in the posting's iframe."""
        job = self._job(request)
        if job is None:
            return self._missing()
        image = f"https://pds.saramin.co.kr/recruit/{job.board_id}.png" if job.body_is_image else ""
        return self._page("body", lines=job.body.splitlines(), image=image)

    def _job(self, request: Request) -> Job | None:
        return self.shelf.find("saramin", request.query_params.get("rec_idx", ""))

    def _page(self, name: str, **words: Any) -> Response:
        return HTMLResponse(PAGES.get_template(f"saramin/{name}.html").render(label=self.shelf.label, **words))

    def _missing(self) -> Response:
        return HTMLResponse(PAGES.get_template("saramin/missing.html").render(), status_code=404)

    def _card(self, job: Job) -> dict[str, Any]:
        conditions = (
            printed(job, "region", job, place),
            printed(job, "career", job.career, short_career),
            printed(job, "education", job.education, EDUCATIONS),
            printed(job, "employment", job.employment, EMPLOYMENTS),
            printed(job, "pay", job.pay, amount),
        )
        return {
            **heading(job),
            "conditions": [words for words in conditions if words],
            "deadline": self._deadline(job),
            "apply": SCHEDULED if self._deadline(job) == "진행예정" else OPEN,
            "sectors": [(SKILL_KEYWORDS.get(skill, "9999"), skill) for skill in job.skills],
            "posted": printed(job, "posted", job.posted_at, lambda day: f"등록일 {day:%y/%m/%d}"),
            "has_page": int(job.board_id) % 9 != 0,  # a few companies have no page of their own
        }

    def _facts(self, job: Job) -> dict[str, Any]:
        closed, deadline = job.is_closed(self.shelf.now), self._deadline(job)
        return {
            **heading(job),
            "career": printed(job, "career", job.career, long_career),
            "education": printed(job, "education", job.education, EDUCATIONS_IN_FULL),
            "employment": printed(job, "employment", job.employment, EMPLOYMENTS),
            "probation": " 수습기간 3개월" if not job.words and int(job.board_id) % 2 else "",
            "pay": printed(job, "pay", job.pay, str),
            "region": printed(job, "region", job, place),
            "is_closed": closed,
            "notice": "마감되었습니다" if closed else NOTICES.get(deadline, ""),
            "apply": EXPIRED if closed else SCHEDULED if deadline == "진행예정" else OPEN,
            "remaining": "" if closed else self._remaining(job.deadline),
            "period": period(job),
        }

    def _deadline(self, job: Job) -> str:
        return printed(job, "deadline", job.deadline, self._list_deadline)

    def _list_deadline(self, deadline: Deadline) -> str:
        if deadline.at is None:
            return UNDATED.get(deadline.kind, "")
        days = (deadline.at.date() - self.shelf.now.date()).days
        if days == 0:
            return "오늘마감" if deadline.at.minute else f"{deadline.at.hour}시마감"
        return "내일마감" if days == 1 else f"~ {deadline.at:%m/%d}({weekday(deadline.at)})"

    def _remaining(self, deadline: Deadline) -> str:
        if deadline.at is None:
            return ""
        days = (deadline.at.date() - self.shelf.now.date()).days
        return f"D-{days}" if days else "오늘 마감"


def heading(job: Job) -> dict[str, str]:
    """Return what every page of a posting begins with."""
    return {"number": job.board_id, "title": job.title, "company": job.company}


def period(job: Job) -> list[tuple[str, str]]:
    """Return the labelled days between which applications are taken; none for a saved row, whose days lack a year."""
    if job.words:
        return []
    days = [("시작일", job.posted_at), ("마감일", job.deadline.at)]
    return [(label, f"{day:%Y.%m.%d %H:%M}") for label, day in days if day]


def place(job: Job) -> str:
    """Word the place of work."""
    return f"{job.sido} {job.sigungu}" if job.sigungu else f"{job.sido}전체"


def amount(pay: str) -> str:
    """Word the pay as cards do: only where it is an amount."""
    return pay if "원" in pay else ""


def short_career(career: Career) -> str:
    """Word the career as cards do."""
    return KINDS.get(career.kind) or years(career, "경력{least}년↑", "경력 {least}~{most}년", "경력")


def long_career(career: Career) -> str:
    """Word the career as a posting's page does."""
    return KINDS.get(career.kind) or years(career, "경력 {least}년 이상", "경력 {least}~{most}년", "경력")
