"""How 고용24 words a posting, on its pages and in its Open API."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobdb.codes import occupations
from jobdb.posting import Career, CareerKind, DeadlineKind, Education, Employment
from sandbox.boards.printing import weekday
from sandbox.job import Job

# occupation: the lines of work in each; a saved row's is not known (""), and the saved list is that of 024
GROUPS = {
    "023": frozenset({"infra"}),  # 컴퓨터시스템
    "024": frozenset({"backend", "frontend", "mobile", ""}),  # 소프트웨어
    "025": frozenset({"infra"}),  # 네트워크 시스템 및 정보보안
    "026": frozenset({"data", "ai", "frontend"}),  # 데이터 및 정보시스템·웹 운영
    "415501": frozenset({"design"}),  # 웹 디자이너
    "026101": frozenset({"pm", "office"}),  # 경영 기획 사무원
    "024301": frozenset({"pm", "business"}),  # 상품 기획자
}
OCCUPATIONS = {
    "backend": "133201", "frontend": "133301", "mobile": "133207", "data": "134102", "ai": "134101", "infra": "134200",
    "pm": "024301", "business": "024102", "office": "026101", "design": "415501",
}  # fmt: skip
OWN = "VALIDATION"
PROVIDERS = {OWN: "고용24", "CSI": "사람인", "CJK": "잡코리아", "CIN": "인크루트"}
EDUCATIONS = {
    Education.ANY: "학력무관", Education.HIGH_SCHOOL: "고졸", Education.COLLEGE: "대졸(2~3년)",
    Education.BACHELOR: "대졸(4년)", Education.MASTER: "석사", Education.DOCTOR: "박사",
}  # fmt: skip
WITHOUT_END, WITH_END = "기간의 정함이 없는 근로계약", "기간의 정함이 있는 근로계약"
UNTIL_FILLED_DAYS = 60  # after which the board takes a posting off, filled or not


@dataclass(frozen=True, slots=True)
class End:
    """When a posting ends: the day that its pages print, and whether their script says 채용시까지 in its place."""

    day: str  # yyyy-mm-dd
    until_filled: str  # Y or N
    clock: str = "24:00"

    @property
    def packed(self) -> str:
        """Return the day as the script compares it."""
        return self.day.replace("-", "")

    @property
    def in_full(self) -> str:
        """Return the day as a posting's page prints it."""
        day = datetime.fromisoformat(self.day)
        return f"{day:%Y.%m.%d} ({weekday(day)})\u00a0{self.clock}"

    @property
    def in_api(self) -> str:
        """Return the day as the Open API's list prints it."""
        return f"채용시까지  {self.day[2:]}" if self.until_filled == "Y" else self.day[2:]


def end_of(job: Job) -> End:
    """Return the end of a posting; what is taken all the year round ends in 2099."""
    if job.words:
        return End(job.words.get("deadline", ""), job.words.get("wantedYn", "N"))
    if job.deadline.at:
        clock = "24:00" if job.deadline.at.minute else f"{job.deadline.at:%H:%M}"
        return End(f"{job.deadline.at:%Y-%m-%d}", "N", clock)
    if job.deadline.kind is DeadlineKind.OPEN_ENDED:
        return End("2099-12-31", "N")
    return End(f"{job.posted_at + timedelta(days=UNTIL_FILLED_DAYS):%Y-%m-%d}", "Y")


def provider_of(job: Job) -> str:
    """Return the code of who provides a posting: the numbers of 고용24's own have letters."""
    others = ("CSI", "CJK", "CIN")
    return others[int(job.board_id) % len(others)] if job.board_id.isdecimal() else OWN


def group_of(provider: str) -> str:
    """Return the infoTypeGroup that stands beside a provider's code in every link."""
    return "tb_workinfoworknet" if provider == OWN else "tb_workinfogubun"


def is_elsewhere(job: Job) -> bool:
    """Tell whether a row leads to its provider's site in place of a page here, as one in a hundred does."""
    return provider_of(job) == "CJK" and int(job.board_id) % 7 == 0


def row_career(career: Career) -> str:
    """Word the career as rows do."""
    kinds = {CareerKind.NEWCOMER: "신입", CareerKind.BOTH: "신입/경력", CareerKind.ANY: "경력무관"}
    return kinds.get(career.kind) or (f"경력{career.min_years}년" if career.min_years else "경력")


def page_career(career: Career) -> str:
    """Word the career as postings do."""
    if career.kind is CareerKind.ANY:
        return "관계없음"
    if career.kind is CareerKind.EXPERIENCED and career.min_years:
        return f"경력 (최소{career.min_years}년) 필수"
    return row_career(career)


def employment_words(employment: Employment) -> str:
    """Word the contract: the board knows those with an end and those without."""
    return WITHOUT_END if employment is Employment.PERMANENT else WITH_END


def occupation(job: Job) -> tuple[str, str]:
    """Return the code and the name of a posting's occupation; a saved row's is not known."""
    code = OCCUPATIONS.get(job.field, "")
    return code, occupations().get(code, "")


def place(job: Job) -> str:
    """Word the place of work as rows do."""
    return f"{job.sido} {job.sigungu or ''}".strip()


def cut(title: str) -> str:
    """Return a title as links and the Open API's list show it: no more than 30 letters of it."""
    return title if len(title) <= 30 else f"{title[:30]}..."
