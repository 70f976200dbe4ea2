"""The JSON that Wanted's own pages read."""

from typing import Any
from urllib.parse import urlencode, urljoin

from scrapy import Request
from scrapy.http import TextResponse

from jobspider.base import UnreadablePage
from jobspider.items import RawPosting
from jobspider.jsonpage import answer
from jobspider.wanted.page import HOME, STATES, copy
from jobspider.wanted.source import Source


class Api(Source):
    """Lists and postings below /api/, with all parameters of the pages: without them paging was seen to stop at 50.

    An operator who chooses it decides to go where robots.txt says not to.
    """

    begins = f"{HOME}/api/"
    _query = {"country": "kr", "job_sort": "job.latest_order", "years": "-1", "locations": "all", "limit": "100"}  # noqa: RUF012

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a job group's first page."""
        query = urlencode({"job_group_id": walk["group"], **self._query, "offset": "0"})
        return Request(f"{HOME}/api/chaos/navigation/v1/results?{query}")

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the open entries."""
        return open_cards(answer(response))

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for what `links.next` names, which is a path or a full address."""
        page = answer(response)
        link = (page.get("links") or {}).get("next")
        return Request(urljoin(response.url, link)) if link and page.get("data") else None

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's object."""
        return Request(f"{HOME}/api/chaos/jobs/v4/{board_id}/details")


def open_cards(page: dict[str, Any]) -> list[RawPosting]:
    """Return the entries of a list, without those whose status says that they are closed. Raises UnreadablePage."""
    jobs = page.get("data")
    if not isinstance(jobs, list) or not all(isinstance(job, dict) and job.get("id") for job in jobs):
        raise UnreadablePage("no list of postings")
    return [copy(job) for job in jobs if STATES.get(job.get("status", "active")) is STATES["active"]]
