"""What a posting is once its words have been given meaning, and the closed vocabularies of those meanings."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class PostingState(StrEnum):
    """Whether a board still takes applications; trouble on the way is UNKNOWN, never CLOSED."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class DeadlineKind(StrEnum):
    """How a posting ends."""

    DATED = "dated"  # on the day and hour in Deadline.at
    OPEN_ENDED = "open_ended"  # 상시: taken all the year round
    UNTIL_FILLED = "until_filled"  # 채용 시까지
    UPCOMING = "upcoming"  # 진행예정, 접수예정: listed before applications open
    UNKNOWN = "unknown"  # not printed, or in words we do not know


@dataclass(frozen=True, slots=True)
class Deadline:
    """When applications end. `at` is set for DATED alone, an aware instant in KST."""

    kind: DeadlineKind = DeadlineKind.UNKNOWN
    at: datetime | None = None


class CareerKind(StrEnum):
    """Whom a posting asks for, by years of work."""

    NEWCOMER = "newcomer"  # 신입
    EXPERIENCED = "experienced"  # 경력
    BOTH = "both"  # 신입/경력
    ANY = "any"  # 경력무관
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Career:
    """Years of work asked for; None is no bound on that side."""

    kind: CareerKind = CareerKind.UNKNOWN
    min_years: int | None = None
    max_years: int | None = None


class Education(StrEnum):
    """The lowest schooling a posting accepts."""

    ANY = "any"  # 학력무관
    MIDDLE_SCHOOL = "middle_school"
    HIGH_SCHOOL = "high_school"
    COLLEGE = "college"  # 초대졸, 대졸(2,3년)
    BACHELOR = "bachelor"  # 대졸(4년)
    MASTER = "master"
    DOCTOR = "doctor"
    UNKNOWN = "unknown"


class Employment(StrEnum):
    """The kind of contract."""

    PERMANENT = "permanent"  # 정규직
    CONTRACT = "contract"  # 계약직, 기간제
    INTERN = "intern"
    DISPATCHED = "dispatched"  # 파견, 도급
    PART_TIME = "part_time"  # 알바, 시간제
    FREELANCE = "freelance"
    COMMISSIONED = "commissioned"  # 위촉직
    MILITARY_SERVICE = "military_service"  # 병역특례
    TRAINEE = "trainee"  # 교육생, 연수생
    OTHER = "other"  # 정규직외 and the like


SIDO = (
    "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기",
    "강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A place of work: 시·도 (one of SIDO, or 전국, 해외) and 시·군·구; `sigungu` is None for the whole 시·도."""

    sido: str
    sigungu: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownWording:
    """Words on a board that no table knows, kept so that a person can teach them."""

    field: str
    wording: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting of one board, in meanings. Times are aware and in KST; empty text means not printed."""

    board: str
    board_id: str
    url: str
    title: str
    company: str
    company_key: str  # folded for comparing: no ㈜, (주), 주식회사, blanks or case
    deadline: Deadline = Deadline()
    career: Career = Career()
    education: Education = Education.UNKNOWN
    employment: tuple[Employment, ...] = ()
    regions: tuple[Region, ...] = ()
    remote: bool = False
    posted_on: date | None = None
    pay: str = ""
    skills: tuple[str, ...] = ()
    body: str = ""
    image_only: bool = False
    unknown: tuple[UnknownWording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)  # the board's own words
    tracks: dict[str, tuple[str, ...]] = field(default_factory=dict)  # track -> the keywords that matched
