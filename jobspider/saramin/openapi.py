"""Saramin's official API (oapi.saramin.co.kr/guide/job-search): all facts of a posting on its list, and no text.

Parameters and shape as its guide gives them and as one saved posting of 2022 has them. Its answer to a wrong key or
to one call too many is not on record: whatever is no list of postings is taken for an error, in its own words.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from jobdb.errors import SettingError
from jobspider.items import RawPosting
from jobspider.jsonpage import answer, inner, word
from jobspider.pages import UnreadablePage
from jobspider.saramin import BOARD, address

HOST = "oapi.saramin.co.kr"
KEY_PARAMETER = "access-key"
CALLS_A_DAY = 500  # by the guide; its page of cautions counted postings instead (2026-10)
PAGE_SIZE = 110  # the most
PARAMETERS = {"cat_mcls": "job_mid_cd", "cat_kewd": "job_cd", "loc_mcd": "loc_mcd", "loc_cd": "loc_cd"}
REFUSALS = [400, 401, 403, 404, 429]  # read for what they say, and final: asking again would cost a call

IGNORED = {
    "url", "company.detail.href", "position.industry.code", "position.location.code", "position.job-type.code",
    "position.job-mid-code.code", "position.job-mid-code.name", "position.job-code.code",
    "position.experience-level.code", "position.experience-level.min", "position.experience-level.max",
    "position.required-education-level.code", "salary.code", "close-type.code", "keyword", "keyword-code",
    "posting-date", "expiration-date", "read-cnt", "apply-cnt", "reply-cnt",
}  # fmt: skip


class OpenApi:
    """The API's list, newest first; the key is no part of a request until it is on the wire (jobspider/keyed.py)."""

    cards_are_whole = True

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return page 0 of a list; its robots.txt is not asked: the key is the board's permission."""
        query = {PARAMETERS[key]: value for key, value in walk.items()} | {"sort": "pd", "count": PAGE_SIZE, "start": 0}
        return _request(f"https://{HOST}/job-search?{urlencode(query)}")

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the postings, open or closed, in full. Raises UnreadablePage, with the API's words for a refusal."""
        jobs, total = _jobs(response)
        if not jobs and _start(response) * PAGE_SIZE < total:
            raise UnreadablePage("no postings, though the API counts some")
        return [read_job(job) for job in jobs]

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the next page while the total says that there is one; `start` counts pages, not postings."""
        _, total = _jobs(response)
        page = _start(response) + 1
        return (
            _request(add_or_replace_parameter(response.url, "start", str(page))) if page * PAGE_SIZE < total else None
        )


def check(walks: Sequence[dict[str, str]]) -> None:
    """Raise SettingError for a walk with a parameter that the API does not have."""
    for walk in walks:
        if unknown := walk.keys() - PARAMETERS.keys():
            raise SettingError(
                f"[walks] saramin has {', '.join(sorted(unknown))}, which the API does not take "
                f"(it takes {', '.join(PARAMETERS)}); change config/courses.toml or unset SARAMIN_ACCESS_KEY"
            )


def read_job(job: dict[str, Any]) -> RawPosting:
    """Return the words of one posting; keys that are neither read nor ignored are kept under their paths in `extra`."""
    left = copy.deepcopy(job)
    number = take(left, "id")
    if not number:
        raise UnreadablePage("a posting without an id")
    registered, modified = take(left, "posting-timestamp"), take(left, "modification-timestamp")
    extra = {
        "active": take(left, "active"),
        "업종": take(left, "position.industry.name"),
        "시작일": take(left, "opening-timestamp"),
    }
    return RawPosting(
        board=BOARD,
        board_id=number,
        url=address(number),
        title=take(left, "position.title"),
        company=take(left, "company.detail.name"),
        deadline=f"{take(left, 'close-type.name')} {take(left, 'expiration-timestamp')}".strip(),
        posted=last_touched(registered, modified),
        career=take(left, "position.experience-level.name"),
        education=take(left, "position.required-education-level.name"),
        employment=take(left, "position.job-type.name"),
        region=unescape(take(left, "position.location.name")),  # "부산 &gt; 부산진구"
        pay=take(left, "salary.name"),
        skills=[skill for skill in take(left, "position.job-code.name").split(",") if skill],
        extra={label: text for label, text in extra.items() if text} | dict(unread(left)),
    )


def last_touched(registered: str, modified: str) -> str:
    """Return the newer of the two times as cards word it: 수정일 where the posting has been modified."""
    if modified not in ("", registered):
        return f"수정일 {modified}"
    return f"등록일 {registered}" if registered else ""


def take(job: dict[str, Any], path: str) -> str:
    """Remove the value at a dotted path and return it as text; "" where there is none."""
    *outer, key = path.split(".")
    for name in outer:
        job = inner(job, name)
    text = word(job, key)
    job.pop(key, None)
    return "" if text == "null" else text


def unread(left: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each value that nobody took and that is not among IGNORED."""
    for key, value in left.items():
        if isinstance(value, dict):
            yield from unread(value, f"{above}{key}.")
        elif f"{above}{key}" not in IGNORED:
            yield f"{above}{key}", word(left, key)


def _request(url: str) -> Request:
    return Request(
        url,
        headers={"Accept": "application/json"},
        meta={"dont_obey_robotstxt": True, "dont_redirect": True, "handle_httpstatus_list": REFUSALS},
    )


def _jobs(response: TextResponse) -> tuple[list[dict[str, Any]], int]:
    try:
        page = answer(response)
    except UnreadablePage as error:
        raise UnreadablePage(f"http {response.status}, {error}" if response.status != 200 else str(error)) from None
    jobs = inner(page, "jobs")
    postings, total = jobs.get("job", []), word(jobs, "total")
    if response.status != 200 or not total.isdecimal():
        raise UnreadablePage(_refusal(page, response.status))
    if not isinstance(postings, list) or not all(isinstance(job, dict) for job in postings):
        raise UnreadablePage("no list of postings")
    return postings, int(total)


def _refusal(page: dict[str, Any], status: int) -> str:
    """Return what an answer says that is no list: {"code": 1, "message": "…"}, or whatever else it holds."""
    said = {key: word(page, key) for key in ("code", "message") if key in page}
    words = ": ".join(said.values()) or json.dumps(page, ensure_ascii=False)
    return f"http {status}, the API says {words}"[:200]


def _start(response: TextResponse) -> int:
    return int(url_query_parameter(response.url, "start", "0"))
