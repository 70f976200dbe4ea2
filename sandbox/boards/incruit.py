"""Incruit's pages, EUC-KR on the wire: the search's list, a posting in its two templates, its text."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Education, Employment
from sandbox.boards.printing import PAGES, Listing, printed, weekday, whole_number, years
from sandbox.job import Job
from sandbox.shelf import Shelf

# occ1: the lines of work in each; real postings stand in several groups too. A saved row's is not known ("").
GROUPS = {
    "150": frozenset({"backend", "frontend", "data", "ai", "mobile", "infra", "design", ""}),  # IT
    "100": frozenset({"pm", "business", "office"}),  # 경영·인사·총무
    "102": frozenset({"business"}),  # 마케팅·광고
    "104": frozenset({"design"}),  # 디자인
}
JOBS = {
    "backend": ("웹프로그래머", "응용프로그래머"),
    "frontend": ("웹프로그래머", "웹디자인"),
    "mobile": ("모바일",),
    "data": ("빅데이터·AI(인공지능)", "조사·분석·통계"),
    "ai": ("빅데이터·AI(인공지능)",),
    "pm": ("웹기획·PM", "경영·기획·전략"),
    "design": ("웹디자인", "광고·CG·시각디자인"),
    "infra": ("네트워크·서버·보안", "시스템프로그래머"),
    "business": ("마케팅", "영업기획"),
    "office": ("일반사무·사무지원", "총무·법무·특허"),
}
KINDS = {CareerKind.NEWCOMER: "신입", CareerKind.BOTH: "신입/경력", CareerKind.ANY: "신입/경력(연차무관)"}
EDUCATIONS = {
    Education.ANY: "학력무관", Education.HIGH_SCHOOL: "고졸이상", Education.COLLEGE: "초대졸이상",
    Education.BACHELOR: "대졸이상", Education.MASTER: "석사이상", Education.DOCTOR: "박사",
}  # fmt: skip
EMPLOYMENTS = {
    Employment.PERMANENT: "정규직", Employment.CONTRACT: "계약직", Employment.INTERN: "인턴",
    Employment.DISPATCHED: "파견직", Employment.PART_TIME: "알바", Employment.FREELANCE: "프리랜서",
    Employment.COMMISSIONED: "위촉직", Employment.TRAINEE: "교육생", Employment.MILITARY_SERVICE: "병역특례",
}  # fmt: skip
UNDATED = {DeadlineKind.OPEN_ENDED: "상시", DeadlineKind.UNTIL_FILLED: "채용시", DeadlineKind.UPCOMING: "접수예정"}
PUSHED_UP_EVERY = timedelta(days=5)
ROBOTS = "User-agent: *\nDisallow: /s_common/jobpost/jobpostcontpartner\n"


def hosts(shelf: Shelf) -> dict[str, list[BaseRoute]]:
    """Return the routes of the one host that crawls may read; www.incruit.com forbids them."""
    board = Board(shelf)
    return {
        "job.incruit.com": [
            Route("/robots.txt", lambda _: PlainTextResponse(ROBOTS)),
            Route("/jobdb_list/searchjob.asp", board.search),
            Route("/jobdb_info/jobpost.asp", board.posting),
            Route("/s_common/jobpost/jobpostcont.asp", board.body),
        ]
    }


class Board:
    """The endpoints over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.listing = shelf, Listing(shelf, "incruit", GROUPS)

    async def search(self, request: Request) -> Response:
        """Answer a page of the search, newest first, its pager keeping the filters."""
        page, size = whole_number(request, "page", 1), min(whole_number(request, "articlecount", 60), 60)
        jobs = self._found(request)
        if jobs and (saved := self.shelf.saved("incruit", f"list-{page}")):
            return wire(saved)
        rows = [self._row(job) for job in jobs[(page - 1) * size : page * size]]
        last = -(-len(jobs) // size)
        return self._page(
            "list", rows=rows, page=page, total=f"{len(jobs):,}",
            next=pager(request, page + 1) if page < last else "", last=pager(request, last),
        )  # fmt: skip

    async def posting(self, request: Request) -> Response:
        """Answer a posting's page."""
        number = request.query_params.get("job", "")
        if saved := self.shelf.saved("incruit", f"posting-{number}"):
            return wire(saved)
        job = self.shelf.find("incruit", number)
        return self._missing() if job is None else self._page("posting", posting=self._facts(job))

    async def body(self, request: Request) -> Response:
        """Answer the page in the posting's iframe."""
        job = self.shelf.find("incruit", request.query_params.get("job", ""))
        if job is None:
            return self._missing()
        image = f"https://c.incru.it/recruit/{job.board_id}.png" if job.body_is_image else ""
        return self._page("body", lines=job.body.splitlines(), image=image)

    def _found(self, request: Request) -> list[Job]:
        """Return an occupation's postings by registration or modification; `today`: those of either since midnight."""
        jobs, now = self.listing.of(request.query_params.get("occ1", "")), self.shelf.now
        if request.query_params.get("today") == "y":
            jobs = [job for job in jobs if job.words or touched_at(job, now).date() == now.date()]
        if request.query_params.get("sortfield") == "mod":
            jobs = sorted(jobs, key=lambda job: touched_at(job, now), reverse=True)
        return jobs

    def _page(self, name: str, **words: Any) -> Response:
        page = PAGES.get_template(f"incruit/{name}.html").render(label=self.shelf.label, **words)
        return wire(page.encode("cp949", "xmlcharrefreplace"))

    def _missing(self) -> Response:
        return wire(PAGES.get_template("incruit/missing.html").render().encode("cp949"), status=404)

    def _row(self, job: Job) -> dict[str, Any]:
        region = printed(job, "region", job, place)
        others = (
            printed(job, "career", job.career, career_words),
            printed(job, "education", job.education, EDUCATIONS),
        )
        ends = (printed(job, "employment", job.employment, EMPLOYMENTS), printed(job, "pay", job.pay, amount))
        # Rows of 2024 print the place third, rows of 2026 first.
        order = (*others, region, *ends) if int(job.board_id) % 2 else (region, *others, *ends)
        return {
            **heading(job),
            "conditions": [words for words in order if words],
            "jobs": job.skills if job.words else JOBS.get(job.field, ()),
            "deadline": printed(job, "deadline", job.deadline, self._list_deadline),
            "posted": printed(job, "posted", job, self._posted),
        }

    def _facts(self, job: Job) -> dict[str, Any]:
        closed, end = job.is_closed(self.shelf.now), printed(job, "deadline", job.deadline, undated_words)
        undated = end if end in UNDATED.values() else ""  # a saved row may have a day without its year
        return {
            **heading(job),
            "facts": [
                ("경력", printed(job, "career", job.career, career_words)),
                ("학력", printed(job, "education", job.education, EDUCATIONS)),
                ("고용형태", printed(job, "employment", job.employment, EMPLOYMENTS)),
                ("급여", printed(job, "pay", job.pay, str)),
                ("근무지역", printed(job, "region", job, place)),
            ],
            "places": [f"{job.sido} > {job.sigungu}"] if in_layer(job) else [],
            "is_closed": closed,
            "is_passed_on": not job.words and int(job.board_id) % 11 == 3,
            "mark": "" if closed or undated == "접수예정" else " ing",
            "remaining": "마감" if closed else undated or self._remaining(job.deadline),
            "start": "" if job.words else full_time(job.posted_at),
            "end": full_time(job.deadline.at) if job.deadline.at else "",
            "no_date": undated,
        }

    def _list_deadline(self, deadline: Deadline) -> str:
        if deadline.at is None:
            return undated_words(deadline)
        if deadline.at.date() == self.shelf.now.date():
            return "오늘마감"
        return f"~{deadline.at:%m.%d} ({weekday(deadline.at)})"

    def _remaining(self, deadline: Deadline) -> str:
        return f"D-{(deadline.at.date() - self.shelf.now.date()).days}" if deadline.at else ""

    def _posted(self, job: Job) -> str:
        touched = touched_at(job, self.shelf.now)
        how, age = "등록" if touched == job.posted_at else "수정", self.shelf.now - touched
        if age < timedelta(hours=1):
            return f"({age // timedelta(minutes=1)}분전 {how})"
        if age < timedelta(days=1):
            return f"({age // timedelta(hours=1)}시간전 {how})"
        return f"({age.days}일전 {how})" if age.days < 8 else f"({touched:%Y.%m.%d} {how})"


def wire(page: bytes, status: int = 200) -> Response:
    """Return an answer whose header names no charset: the page's own meta does."""
    return Response(page, status, headers={"Content-Type": "text/html"})


def touched_at(job: Job, now: datetime) -> datetime:
    """Return when a posting was registered or last modified: some companies push theirs up, word for word as it was."""
    if job.words or int(job.board_id) % 3:
        return job.posted_at
    return job.posted_at + (now - job.posted_at) // PUSHED_UP_EVERY * PUSHED_UP_EVERY


def heading(job: Job) -> dict[str, str]:
    """Return what a row and a page both begin with; a headhunter's company has no page."""
    number = job.board_id
    page = "#" if int(number) % 5 == 0 else f"https://www.incruit.com/company/{number[-10:]}"
    return {"number": number, "title": job.title, "company": job.company, "company_page": page}


def pager(request: Request, page: int) -> str:
    """Return the pager's address of a page, relative, with the filters of this one."""
    return f"?{request.url.include_query_params(page=page).query}"


def full_time(instant: datetime) -> str:
    """Word an instant as a posting's page does."""
    return f"{instant:%Y.%m.%d} ({weekday(instant)}) {instant:%H:%M}"


def undated_words(deadline: Deadline) -> str:
    """Word an end that is no day."""
    return UNDATED.get(deadline.kind, "")


def in_layer(job: Job) -> bool:
    """Tell whether a page prints the place once more in a layer of places, as some do."""
    return job.sigungu is not None and not job.remote and int(job.board_id) % 4 == 0


def place(job: Job) -> str:
    """Word the place of work."""
    words = f"{job.sido} {job.sigungu}" if job.sigungu else f"{job.sido} 외"
    return f"{words} (재택근무 가능)" if job.remote else words


def amount(pay: str) -> str:
    """Word the pay as rows do: only where it is an amount."""
    return pay if "원" in pay else ""


def career_words(career: Career) -> str:
    """Word the career."""
    return KINDS.get(career.kind) or years(career, "경력{least}년↑", "경력{least}~{most}년", "경력(연차무관)")
