"""The vocabulary of the made-up market. Companies and people are invented."""

import random
from dataclasses import dataclass

from jobdb.posting import SIDO, Career, CareerKind, DeadlineKind, Education, Employment


@dataclass(frozen=True, slots=True)
class Field:
    """A line of work: how often it comes, what its titles and skills are."""

    weight: int
    titles: tuple[str, ...]
    skills: tuple[str, ...]


FIELDS = {
    "backend": Field(
        16,
        (
            "백엔드 개발자", "Java 백엔드 개발자", "Backend Engineer", "서버 개발자 (Spring)", "API 개발자", "Node.js 서버 개발자",
            "결제 플랫폼 백엔드 엔지니어", "Java/Spring 웹 개발자", "ERP 솔루션 소프트웨어 개발자", "Software Engineer, Platform",
        ),
        ("Java", "Spring Boot", "Kotlin", "MySQL", "Redis", "Kafka", "AWS", "Docker", "Node.js", "PostgreSQL"),
    ),
    "frontend": Field(
        11,
        (
            "프론트엔드 개발자", "Frontend Engineer", "React 프론트엔드 개발자", "웹 퍼블리셔", "Vue.js 프론트엔드 개발자",
            "풀스택 개발자", "Front-End Developer", "프론트앤드 엔지니어", "JavaScript 개발자",
        ),
        ("React", "TypeScript", "Next.js", "Vue.js", "HTML5", "CSS 3", "Webpack", "JavaScript"),
    ),
    "data": Field(
        11,
        (
            "데이터 분석가", "데이터 엔지니어", "데이터분석 담당자", "Data Analyst", "BI 데이터 시각화 담당", "빅데이터 플랫폼 엔지니어",
            "SQL 기반 데이터 분석 (커머스)", "Data Engineer", "데이터 관리 담당자", "DBA (Oracle/PostgreSQL)",
        ),
        ("SQL", "Python", "Tableau", "Airflow", "Spark", "Hadoop", "BigQuery", "R"),
    ),
    "ai": Field(
        8,
        (
            "머신러닝 엔지니어", "AI 엔지니어", "LLM 서비스 개발자", "자연어처리 엔지니어 (NLP)", "딥러닝 모델 최적화 엔지니어",
            "AI 기획자", "Machine Learning Engineer", "인공지능 서비스 엔지니어", "AI 연구원 (석사 이상)",
        ),
        ("Python", "PyTorch", "TensorFlow", "LLM", "CUDA", "Kubernetes"),
    ),
    "pm": Field(
        11,
        (
            "서비스 기획자", "프로덕트 매니저", "웹기획자", "앱 서비스 기획", "콘텐츠 기획 담당자", "전략기획 담당자", "서비스기획/PM",
            "프로덕트 매니저(PM) - 커머스", "모바일 앱 기획자", "전략 기획 (신사업)",
        ),
        ("Figma", "Jira", "GA4", "SQL", "Notion"),
    ),
    "mobile": Field(
        4,
        ("Android 앱 개발자", "iOS 개발자", "모바일 개발자 (Flutter)", "Mobile Developer"),
        ("Kotlin", "Swift", "Flutter", "React Native"),
    ),
    "infra": Field(
        6,
        ("클라우드 엔지니어", "DevOps 엔지니어", "네트워크 엔지니어", "시스템 엔지니어(SE)", "Cloud Engineer (AWS)", "정보보안 담당자"),
        ("AWS", "Linux", "Terraform", "Kubernetes", "Ansible"),
    ),
    "design": Field(
        6,
        ("UI/UX 디자이너", "Web Designer", "프로덕트 디자이너", "BX 디자이너", "UX/UI 프론트엔드 퍼블리셔"),
        ("Figma", "Photoshop", "Illustrator"),
    ),
    "business": Field(
        14,
        (
            "퍼포먼스 마케터", "콘텐츠 마케터", "데이터 마케터", "영업관리 사원", "유튜브 콘텐츠 기획 PD", "해외영업 담당자",
            "제약 영업 (MR)", "온라인 MD", "고객지원(CS) 매니저", "브랜드 마케팅 팀장",
        ),
        ("GA4", "Excel"),
    ),
    "office": Field(
        13,
        (
            "인사 담당자", "회계/세무 담당", "총무 사원", "경영지원 사원", "건설 현장 관리", "연구행정 사무원", "기계설계 엔지니어",
            "국비지원 교육생 모집 (풀스택)", "호텔 프론트 데스크", "물류센터 관리자", "생산관리 사원",
        ),
        ("Excel", "ERP"),
    ),
}  # fmt: skip

LEADS = ("", "", "", "", "[판교] ", "[신규] ", "(급구) ", "【상반기】 ", "[주4.5일] ", "★재택가능★ ")
TAILS = (" 채용", " 모집", " 신입/경력 채용", "", "", " (정규직)", " <B2B SaaS>", " & 팀 리드", " 채용 공고")
NAME_HEADS = (
    "가람", "누리", "다온", "라온", "마루", "바른", "새빛", "아라", "온새", "푸른", "하늘", "한결", "해오름", "큰나무", "별빛",
    "그린", "넥스트", "블루", "스마트", "에이스", "오픈", "퍼스트", "하이브", "코어", "루트", "비전", "제로", "모두의", "우리",
)  # fmt: skip
NAME_TAILS = (
    "소프트", "테크", "데이터", "커머스", "랩스", "시스템즈", "네트웍스", "솔루션", "페이", "모빌리티", "헬스케어", "에듀", "게임즈",
    "클라우드", "로보틱스", "미디어", "뱅크", "AI", "스튜디오", "파트너스",
)  # fmt: skip
FORMS = ("(주){}", "㈜{}", "주식회사 {}", "{}(주)", "{}", "{}", "{} 주식회사", "(유){}")
PLACES = (
    *[("서울", gu) for gu in ("강남구", "서초구", "송파구", "마포구", "성동구", "영등포구", "금천구", "구로구", "중구", "종로구")] * 3,
    *[("경기", si) for si in ("성남시", "수원시", "용인시", "고양시", "화성시", "안양시", "과천시")] * 2,
    *[(sido, None) for sido in SIDO],
    ("부산", "해운대구"), ("부산", "부산진구"), ("대전", "유성구"), ("대구", "동구"), ("인천", "연수구"), ("광주", "북구"), ("제주", "제주시"),
)  # fmt: skip
EDUCATIONS = (Education.ANY, Education.HIGH_SCHOOL, Education.COLLEGE, Education.BACHELOR, Education.MASTER)
EDUCATION_WEIGHTS = (42, 6, 22, 27, 3)
EMPLOYMENTS = (Employment.PERMANENT, Employment.CONTRACT, Employment.INTERN, Employment.FREELANCE)
EMPLOYMENT_WEIGHTS = (82, 10, 5, 3)
DEADLINES = {
    DeadlineKind.DATED: 79,
    DeadlineKind.UNTIL_FILLED: 12,
    DeadlineKind.OPEN_ENDED: 8,
    DeadlineKind.UPCOMING: 1,
}
PAYS = ("회사내규에 따름", "면접 후 결정", "3,000~3,500만원", "4,000~5,000만원", "월급 3,000,000원")
TASKS = (
    "서비스의 기획부터 운영까지 전 과정에 참여합니다.", "동료와 코드·문서를 함께 검토하며 품질을 높입니다.",
    "고객의 문제를 데이터로 확인하고 개선안을 제안합니다.", "안정적인 운영을 위한 모니터링과 자동화를 맡습니다.",
    "신규 사업의 요구사항을 정리하고 일정을 관리합니다.",
)  # fmt: skip


def title(draw: random.Random, field: str, career: Career) -> str:
    """Return a title such as a company would write."""
    tail = draw.choice(TAILS)
    if career.kind is CareerKind.EXPERIENCED and draw.random() < 0.3:
        tail = f" 경력 채용 ({career.min_years}년 이상)"
    return draw.choice(LEADS) + draw.choice(FIELDS[field].titles) + tail


def company(draw: random.Random) -> str:
    """Return an invented company's name, with or without its legal form."""
    return draw.choice(FORMS).format(draw.choice(NAME_HEADS) + draw.choice(NAME_TAILS))


def body(draw: random.Random, field: str) -> str:
    """Return the text of a posting, lines parted by newlines."""
    skills = draw.sample(FIELDS[field].skills, k=min(2, len(FIELDS[field].skills)))
    lines = ["[주요업무]", *(f"• {task}" for task in draw.sample(TASKS, k=2))]
    return "\n".join([*lines, "[자격요건]", f"• {', '.join(skills)} 경험이 있는 분", "[복지]", "• 자유로운 연차 사용"])
