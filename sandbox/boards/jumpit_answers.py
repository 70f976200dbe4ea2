"""The objects of Jumpit's JSON."""

from typing import Any

from jobdb.posting import CareerKind, Education, Employment
from sandbox.job import Job

NO_UPPER_YEARS = 20
IMAGES = "https://cdn.jumpit.co.kr/lg/images"
CATEGORIES = {
    "1": "서버/백엔드 개발자",
    "2": "프론트엔드 개발자",
    "3": "웹 풀스택 개발자",
    "4": "안드로이드 개발자",
    "7": "DBA",
    "8": "인공지능/머신러닝",
    "9": "devops/시스템 엔지니어",
    "10": "정보보안 담당자",
    "12": "개발 PM",
    "13": "HW/임베디드",
    "15": "SW/솔루션",
    "16": "IOS 개발자",
    "17": "웹퍼블리셔",
    "18": "크로스플랫폼 앱개발자",
    "19": "빅데이터 엔지니어",
    "21": "기술지원",
}
FIELDS = {
    "backend": "1", "frontend": "2", "data": "19", "ai": "8", "pm": "12", "design": "17", "infra": "9", "mobile": "4",
    "business": "21", "office": "15",
}  # fmt: skip
BESIDES = {  # by the title
    "풀스택": "3", "DBA": "7", "Java": "1", "퍼블리셔": "17", "iOS": "16", "Flutter": "18", "보안": "10",
}  # fmt: skip
EDUCATIONS = {
    Education.ANY: "무관", Education.HIGH_SCHOOL: "고등학교졸업 이상", Education.COLLEGE: "대학졸업(2,3년) 이상",
    Education.BACHELOR: "대학교졸업(4년) 이상", Education.MASTER: "석사졸업 이상",
}  # fmt: skip
EMPLOYMENTS = {
    Employment.PERMANENT: "정규직", Employment.CONTRACT: "계약직", Employment.INTERN: "인턴",
    Employment.FREELANCE: "프리랜서",
}  # fmt: skip
HEADINGS = {
    "주요업무": "responsibility", "자격요건": "qualifications", "우대사항": "preferredRequirements", "복지": "welfares",
}  # fmt: skip


def listing(jobs: list[Job], page: int, shown: list[Job], keyword: str) -> dict[str, Any]:
    """Return a page of the list; past the end it says that there is nothing at all."""
    return {
        "totalCount": len(jobs) if shown else 0,
        "page": page,
        "keyword": keyword,
        "keywordType": "etc",
        "emptyPosition": not shown,
        "positions": [_card(job) for job in shown],
    }


def _card(job: Job) -> dict[str, Any]:
    """Return a list's entry; a company's other postings hang on its logo's number, not on the posting's."""
    return {
        "id": int(job.board_id),
        "jobCategory": ",".join(_categories(job)),
        "logo": f"{IMAGES}/{len(job.company)}_128_128.webp",
        "imagePath": None,
        "title": job.title,
        "companyName": job.company,
        "techStacks": list(job.skills),
        "scrapCount": int(job.board_id) % 7,
        "viewCount": int(job.board_id) % 301,
        **_career(job),
        "locations": [] if "region" in job.missing else [job.words.get("region") or _place(job)],
        **_end(job, "T"),
        "celebration": 70,
        "scraped": False,
        "applied": False,
        "hiddenPosition": False,
        "serialNumber": int(job.board_id) % 99_991,
        "encodedSerialNumber": None,
    }


def details(job: Job, closed: bool) -> dict[str, Any]:
    """Return a posting's object: its lists hold objects where the list's hold texts, its hours stand behind a blank."""
    result = {
        "id": int(job.board_id),
        "title": job.title,
        "companyName": job.company,
        **_body(job),
        **_career(job),
        **_end(job, " "),
        "techStacks": [{"stack": skill, "imagePath": f"{IMAGES}/{skill}.webp"} for skill in job.skills],
        "jobCategories": [{"name": name} for name in _categories(job)],
        "logo": None,
        "companyUrl": None,
        "cacheCompanyImages": [{"imagePath": f"{IMAGES}/office_1560_1080.webp"}],
        "jobPostingForSearchEngine": {"url": f"https://jumpit.saramin.co.kr/position/{job.board_id}"},
        "invisible": closed,
    }
    if "region" not in job.missing and "region" not in job.words:
        result["workingPlaces"] = [{"address": f"{_place(job)} 테헤란로{job.posted_at.day}길 8, 14층"}]
    if "education" not in job.missing:
        result["educationName"] = EDUCATIONS[job.education]
    if "employment" not in job.missing:
        result["jobPostingForSearchEngine"]["employmentType"] = EMPLOYMENTS[job.employment]
    if "posted" not in job.missing:
        result["publishedAt"] = f"{job.posted_at:%Y-%m-%d %H:%M:%S}"
    return result


def _body(job: Job) -> dict[str, str]:
    """Return the sections; the board prints text alone, so an image elsewhere is nearly nothing here."""
    if job.body_is_image:
        return {"serviceInfo": "홈페이지 참고", "responsibility": "상세 요강 참고", "qualifications": "상세 요강 참고"}
    printed = {name: job.words[name] for name in ("serviceInfo", *HEADINGS.values()) if name in job.words}
    if printed or not job.body:
        return printed
    sections: dict[str, str] = {}
    name = "serviceInfo"
    for line in job.body.splitlines():
        if line.strip("[]") in HEADINGS:
            name = HEADINGS[line.strip("[]")]
        else:
            sections[name] = f"{sections[name]}\n{line}" if name in sections else line
    service = f"{job.company}\u200b의 서비스를 함께 만듭니다."  # invisible blanks occur on the real board
    return {"serviceInfo": service, **sections, "recruitProcess": "서류전형 ＞ 실무면접 ＞ 최종합격"}


def _end(job: Job, between: str) -> dict[str, Any]:
    """Return the end: null or the last day of the calendar for what is always open, as it was seen in both ways."""
    if "deadline" in job.words:
        end = None if job.words["deadline"] == "상시" else job.words["deadline"]
        return {"alwaysOpen": end is None or end.startswith("9999"), "closedAt": end}
    if job.deadline.at is None:
        return {"alwaysOpen": True, "closedAt": f"9999-12-31{between}23:59:59" if int(job.board_id) % 2 else None}
    return {"alwaysOpen": False, "closedAt": f"{job.deadline.at:%Y-%m-%d}{between}{job.deadline.at:%H:%M:%S}"}


def _career(job: Job) -> dict[str, Any]:
    if job.career.kind is CareerKind.NEWCOMER:
        return {"newcomer": True, "minCareer": 0, "maxCareer": 0}
    least, most = job.career.min_years or 0, job.career.max_years or NO_UPPER_YEARS
    return {"newcomer": job.career.kind is not CareerKind.EXPERIENCED, "minCareer": least, "maxCareer": most}


def _place(job: Job) -> str:
    return f"{job.sido} {job.sigungu or ''}".strip()


def _categories(job: Job) -> list[str]:
    return [CATEGORIES[number] for number in sorted(category_ids(job), key=int)]


def category_ids(job: Job) -> set[str]:
    """Return the numbers of the posting's categories."""
    if "category" in job.words:
        return {number for number, name in CATEGORIES.items() if name in job.words["category"].split(",")}
    return {FIELDS[job.field], *(number for word, number in BESIDES.items() if word in job.title)}
