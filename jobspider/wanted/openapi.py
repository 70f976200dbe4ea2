"""Wanted's official API (openapi.wanted.jobs), for whom it has given a client's id and secret.

The list is v2's, as its description (/v2/openapi.json) and its clients of 2026 have it; a posting's object is v1's.
What it answers differs from that description: the position is `name`, of the posting or its detail; tags have `title`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import TextResponse
from scrapy.settings import BaseSettings
from w3lib.url import add_or_replace_parameter, url_query_parameter

from jobdb.errors import SettingError
from jobspider.items import RawPosting
from jobspider.jsonpage import answer
from jobspider.keyed import KeyedApi
from jobspider.wanted.api import open_cards
from jobspider.wanted.page import refuse
from jobspider.wanted.source import Source

HOST = "openapi.wanted.jobs"
NAMES = ("WANTED_CLIENT_ID", "WANTED_CLIENT_SECRET")
CALLS_A_DAY = 5_000  # no source says how many are allowed (ten in ten seconds are): a bound to our own mistakes
REFUSALS = [400, 401, 403]  # read for what they say, and final


@dataclass(frozen=True, slots=True)
class Client(KeyedApi):
    """The API with the two headers that it wants on every call; the key is the secret."""

    client_id: str = ""

    def sign(self, request: Request) -> Request:
        """Return the request with the client's id and secret."""
        headers = request.headers.copy()
        headers["wanted-client-id"], headers[self.parameter] = self.client_id, self.key
        return request.replace(headers=headers)


def client_of(settings: BaseSettings) -> Client:
    """Return the client that the settings name. Raises SettingError where there is none."""
    client_id, secret = (settings.get(name) or "" for name in NAMES)
    if not client_id or not secret:
        raise SettingError(f"WANTED_SOURCE='openapi' needs {' and '.join(NAMES)}; {HOST}/apply/ gives them")
    return Client(HOST, "wanted-client-secret", secret, CALLS_A_DAY, client_id=client_id)


class OpenApi(Source):
    """Lists of job groups and the postings' objects; robots.txt is not asked: the secret is the board's permission."""

    begins = f"https://{HOST}/"
    _query = {"sort": "job.latest_order", "limit": "100", "offset": "0"}  # noqa: RUF012

    def list_request(self, walk: dict[str, str]) -> Request:
        """Return the request for a job group's first page."""
        return _request(f"https://{HOST}/v2/jobs?{urlencode({'category_tag': walk['group'], **self._query})}")

    def cards(self, response: TextResponse) -> list[RawPosting]:
        """Return the open entries. Raises UnreadablePage, with the API's words for a refusal."""
        refuse(response)
        return open_cards(answer(response))

    def next_page(self, response: TextResponse) -> Request | None:
        """Return the request for what follows while `links.next` says that there is more.

        It is counted from what came, as a page may be smaller than asked for.
        """
        page = answer(response)
        if not page.get("data") or not (page.get("links") or {}).get("next"):
            return None
        offset = int(url_query_parameter(response.url, "offset", "0")) + len(page["data"])
        return _request(add_or_replace_parameter(response.url, "offset", str(offset)))

    def card_request(self, board_id: str) -> Request:
        """Return the request for the posting's object."""
        return _request(f"https://{HOST}/v1/jobs/{board_id}")


def _request(url: str) -> Request:
    meta = {"dont_obey_robotstxt": True, "dont_redirect": True, "handle_httpstatus_list": REFUSALS}
    return Request(url, headers={"Accept": "application/json"}, meta=meta)
