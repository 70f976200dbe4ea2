"""Reading one posting of Wanted, from its page or from JSON: the same names at different depths."""

import json
from collections.abc import Iterator
from typing import Any

from scrapy.http import HtmlResponse, Response

from jobdb.posting import PostingState
from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.jsonpage import answer, inner, sections, text, texts, word

HOME = "https://www.wanted.co.kr"
PAGE = f"{HOME}/wd/"
STATES = {"active": PostingState.OPEN, "close": PostingState.CLOSED, "closed": PostingState.CLOSED}
SECTIONS = {
    "intro": "포지션 상세",
    "main_tasks": "주요업무",
    "requirements": "자격요건",
    "preferred_points": "우대사항",
    "benefits": "혜택 및 복지",
    "hire_rounds": "채용 전형",
}
Tree = dict[str, Any]


def job_of(response: Response, board_id: str) -> Tree | None:
    """Return the posting's object from a details answer or from a page's __NEXT_DATA__; None where it is in neither.

    Its depth differs (v4, chaos v1, chaos v4) and is not known for the page: it is the object of that id with
    `main_tasks` in it or in its `detail`. A page may hold other postings beside its own.
    """
    tree = _next_data(response) if isinstance(response, HtmlResponse) else answer(response)
    return next((job for job in _jobs(tree, {}) if word(job, "id") == board_id), None)


def read_posting(response: Response, board_id: str) -> RawPosting:
    """Return the posting's words; those for search engines (JSON-LD) fill what its object lacks.

    Raises UnreadablePage.
    """
    refuse(response)
    job = job_of(response, board_id)
    printed = json_ld(response) if isinstance(response, HtmlResponse) else {}
    if job is None and not printed:
        raise UnreadablePage("neither the posting's object nor its JSON-LD")
    return _of_search_engines(board_id, printed).merged(copy(job or {"id": board_id}))


def refuse(response: Response) -> None:
    """Raise UnreadablePage for a refusal: an API says in its own words what is wrong."""
    if response.status == 200:
        return
    try:
        page = answer(response)
    except UnreadablePage:
        page = {}
    said = next((f", the API says {word(page, key)}" for key in ("message", "detail", "error") if page.get(key)), "")
    raise UnreadablePage(f"http {response.status}{said}"[:200])


def state_of(response: Response, board_id: str) -> PostingState:
    """Return what the posting's `status` says; UNKNOWN for every page without one."""
    if response.status != 200:
        return PostingState.UNKNOWN
    try:
        job = job_of(response, board_id)
    except UnreadablePage:
        return PostingState.UNKNOWN
    return STATES.get(text(job or {}, "status"), PostingState.UNKNOWN)


def copy(job: Tree) -> RawPosting:
    """Copy an entry of a list or a posting's object."""
    board_id, address = word(job, "id"), inner(job, "address")
    whole, district = text(address, "full_location"), text(address, "district")
    own = {"category": _category(job), "industry": text(inner(job, "company"), "industry_name"), "address": whole}
    return RawPosting(
        board="wanted",
        board_id=board_id,
        url=PAGE + board_id,
        title=_title(job),
        company=text(inner(job, "company"), "name"),
        deadline=word(job, "due_time"),
        career_from=word(job, "annual_from"),
        career_to=word(job, "annual_to"),
        newcomer=word(job, "is_newbie"),
        employment=text(job, "employment_type"),
        region=f"{text(address, 'location')} {district}" if district else whole or text(address, "location"),
        skills=texts(job.get("skill_tags"), "text", "title"),
        body=sections(job, SECTIONS),
        extra={name: value for name, value in own.items() if value},
    )


def json_ld(response: HtmlResponse) -> Tree:
    """Return the page's one schema.org JobPosting; {} when there is none, or several."""
    trees = (_tree(script) for script in response.xpath("//script[@type='application/ld+json']/text()").getall())
    found = [node for tree in trees for node in _objects(tree) if node.get("@type") == "JobPosting"]
    return found[0] if len(found) == 1 else {}


def _of_search_engines(board_id: str, printed: Tree) -> RawPosting:
    own = {"industry": text(printed, "industry"), "category": text(printed, "occupationalCategory")}
    return RawPosting(
        board="wanted",
        board_id=board_id,
        url=PAGE + board_id,
        title=text(printed, "title"),
        company=text(inner(printed, "hiringOrganization"), "name"),
        posted=text(printed, "datePosted"),
        deadline=text(printed, "validThrough"),
        extra={name: value for name, value in own.items() if value},
    )


def _title(job: Tree) -> str:
    """Return the position: the official API calls it `name`, of the posting or of its detail."""
    detail = inner(job, "detail")
    return next(filter(None, (text(tree, key) for tree in (job, detail) for key in ("position", "name"))), "")


def _category(job: Tree) -> str:
    tag = inner(job, "category_tag") or inner(job, "category_tags")
    return ",".join(texts([tag.get("parent_tag")], "text", "title") + texts(tag.get("child_tags"), "text", "title"))


def _next_data(response: HtmlResponse) -> Tree:
    tree = _tree(response.xpath("//script[@id='__NEXT_DATA__']/text()").get(""))
    return tree if isinstance(tree, dict) else {}


def _tree(script: str) -> Any:
    try:
        return json.loads(script)
    except (ValueError, RecursionError):
        return None  # another script's trouble: what is missing is missed where it is needed


def _jobs(node: Any, around: Tree) -> Iterator[Tree]:
    """Yield each object with `main_tasks`, together with the one around it where that is the posting."""
    if isinstance(node, dict) and "main_tasks" in node:
        yield {**node, **around} if "company" in around and "company" not in node else node
    for child in _children(node):
        yield from _jobs(child, node if isinstance(node, dict) else {})


def _objects(node: Any) -> Iterator[Tree]:
    if isinstance(node, dict):
        yield node
    for child in _children(node):
        yield from _objects(child)


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
