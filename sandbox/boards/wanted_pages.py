"""The objects and pages of Wanted's postings."""

import json
from pathlib import Path
from typing import Any

from markupsafe import escape

from jobdb.posting import CareerKind, Employment
from sandbox.job import Job

HOME = "https://www.wanted.co.kr"
NO_UPPER_YEARS = 100
CATEGORIES = {
    "backend": ("개발", "서버 개발자"),
    "frontend": ("개발", "프론트엔드 개발자"),
    "ai": ("개발", "머신러닝 엔지니어"),
    "data": ("개발", "데이터 엔지니어"),
    "infra": ("개발", "DevOps / 시스템 관리자"),
    "mobile": ("개발", "안드로이드 개발자"),
    "pm": ("경영·비즈니스", "PM·PO"),
    "business": ("경영·비즈니스", "사업개발·기획자"),
    "office": ("경영·비즈니스", "총무"),
    "design": ("디자인", "UI,UX 디자이너"),
}
EMPLOYMENTS = {
    Employment.PERMANENT: "regular", Employment.CONTRACT: "contract", Employment.INTERN: "intern",
    Employment.FREELANCE: "contract",
}  # fmt: skip
OPEN_ENDED = {"상시채용", "None"}  # how rows write a due_time of null
HEADINGS = {
    "주요업무": "main_tasks", "자격요건": "requirements", "우대사항": "preferred_points", "복지": "benefits",
}  # fmt: skip
SECTIONS = ("intro", *HEADINGS.values(), "hire_rounds")
SCRIPT = (Path(__file__).parent / "wanted_list.js").read_text(encoding="utf-8")
LIST = f'<main><div class="recommended"></div><ul data-cy="job-list"></ul></main><script>{SCRIPT}</script>'
NOT_FOUND = "<!doctype html><html lang=ko><title>원티드</title><h1>존재하지 않는 페이지입니다.</h1></html>"


def entry(job: Job) -> dict[str, Any]:
    """Return a posting as lists show it: no text, no posting date."""
    return {"is_bookmark": False, "attraction_tags": [], "skill_tags": [1, 2], **facts(job), "position": job.title}


def details(job: Job, closed: bool) -> dict[str, Any]:
    """Return a posting's object as the API answers it."""
    detail = {"id": int(job.board_id), "position": job.title, **sections(job)}
    return {**facts(job), "status": "close" if closed else "active", "detail": detail, **_tags(job)}


def facts(job: Job) -> dict[str, Any]:
    """Return what lists and details share; a field that the posting lacks is no key."""
    printed: dict[str, Any] = {"id": int(job.board_id), "company": {"id": len(job.company), "name": job.company}}
    if "deadline" not in job.missing:
        printed["due_time"] = _due_time(job)
    if "career" not in job.missing:
        printed |= _career(job)
    if "region" not in job.missing:
        printed["address"] = _address(job)
    if "employment" not in job.missing:
        printed["employment_type"] = job.words.get("employment") or EMPLOYMENTS[job.employment]
    return printed


def sections(job: Job) -> dict[str, str | None]:
    """Return the text; the board prints no images, so a posting that is an image elsewhere is nearly empty here."""
    if job.body_is_image:
        return {"intro": "", "main_tasks": "채용 홈페이지 참고", "requirements": None, "benefits": ""}
    printed: dict[str, str | None] = {name: job.words[name] for name in SECTIONS if name in job.words}
    if printed:
        return printed
    parted = {"intro": f"{job.company}에서 함께할 동료를 찾습니다.", **_parted(job.body)}
    return {**dict.fromkeys(SECTIONS), "main_tasks": "", **parted}


def posting(job: Job, closed: bool, others: list[Job]) -> str:
    """Return a posting's page: JSON-LD of it and of the way to it, and the page's data, others' postings first."""
    data: dict[str, Any] = {"theme": {}, "recommended": [{**facts(other), **sections(other)} for other in others]}
    if "object" not in job.missing:
        own = details(job, closed)
        data["initialData"] = {**own.pop("detail"), **own}  # the page's data is flat
    crumbs = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": []}
    printed = [_script("application/ld+json", tree) for tree in (crumbs, _json_ld(job))]
    title = f"[{job.company}] {job.title} 채용 공고 | 원티드"
    return _html(title, printed, {"props": {"pageProps": data}, "page": "/wd/[id]"})


def empty_list() -> str:
    """Return the list's page as it comes, before any script has run."""
    props = {"filterData": {"job_sort": []}, "activeFilter": {"country": {"key": "kr"}}, "tags": {"category": []}}
    return _html("채용공고 | 원티드", [], {"props": {"pageProps": props}, "page": "/wdlist/[[...group]]"}, LIST)


def _parted(body: str) -> dict[str, str]:
    parts: dict[str, list[str]] = {}
    name = "intro"
    for line in body.splitlines():
        if line.strip("[]") in HEADINGS:
            name = HEADINGS[line.strip("[]")]
        else:
            parts.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in parts.items()}


def _due_time(job: Job) -> str | None:
    if "deadline" in job.words:
        return None if job.words["deadline"] in OPEN_ENDED else job.words["deadline"]
    return f"{job.deadline.at:%Y-%m-%dT00:00:00}" if job.deadline.at else None  # a day: the board knows no hours


def _career(job: Job) -> dict[str, Any]:
    if "career" in job.words:
        return {"annual_from": int(job.words["career"])}
    if job.career.kind is CareerKind.NEWCOMER:
        return {"annual_from": 0, "annual_to": 0, "is_newbie": True}
    years = {"annual_from": job.career.min_years or 0, "annual_to": job.career.max_years or NO_UPPER_YEARS}
    return {**years, "is_newbie": job.career.kind is not CareerKind.EXPERIENCED}


def _address(job: Job) -> dict[str, str | None]:
    whole = job.words.get("region") or f"{job.sido} {job.sigungu or ''}".strip()
    location, _, rest = whole.partition(" ")
    return {"country": "한국", "location": location, "district": rest.split(" ")[0] or None, "full_location": whole}


def _tags(job: Job) -> dict[str, Any]:
    parent, child = CATEGORIES[job.field]
    children = [{"id": 2, "text": name} for name in job.words.get("category", child).split("|")]
    return {
        "skill_tags": [{"tag_type_id": 1000 + number, "text": skill} for number, skill in enumerate(job.skills)],
        "category_tag": {"parent_tag": {"id": 1, "text": parent}, "child_tags": children},
    }


def _json_ld(job: Job) -> dict[str, Any]:
    company = {"@type": "Organization", "name": job.company, "description": job.words.get("company_intro", "")}
    tree: dict[str, Any] = {"@context": "https://schema.org", "@type": "JobPosting", "title": job.title}
    tree["hiringOrganization"] = company
    if "occupation" not in job.missing:
        tree["occupationalCategory"] = job.words.get("occupation") or ",".join(CATEGORIES[job.field])
    if "industry" not in job.missing:
        tree["industry"] = job.words.get("industry", "IT, 컨텐츠")
    if "posted" not in job.missing:
        tree["datePosted"] = job.words.get("posted") or f"{job.posted_at:%Y-%m-%d}"
    return tree


def _html(title: str, scripts: list[str], data: dict[str, Any], main: str = "") -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>{"".join(scripts)}'
    script = _script("application/json", data, ' id="__NEXT_DATA__"')
    return (
        f'<!doctype html><html lang="ko"><head>{head}</head><body><div id="__next">{main}</div>{script}</body></html>'
    )


def _script(kind: str, tree: dict[str, Any], attributes: str = "") -> str:
    words = json.dumps(tree, ensure_ascii=False).replace("<", "\\u003c")  # so that no text ends the script
    return f'<script{attributes} type="{kind}">{words}</script>'
