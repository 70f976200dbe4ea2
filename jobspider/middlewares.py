"""What stands between the spiders and the boards: a host that refuses is asked slower, then no more."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse

from jobspider.trouble import is_cut, trouble

STRIKES = 3  # troubles in a row that open a host's breaker for the rest of the run


class Refused(IgnoreRequest):
    """A host's answer was trouble to the last try; `response` is that answer, `cause` its name."""

    def __init__(self, cause: str, response: Response | None = None) -> None:
        super().__init__(cause)
        self.cause, self.response = cause, response


@dataclass(slots=True)
class Host:
    """What a run knows of one host; `resume_at` is the loop's time before which nothing is sent."""

    strikes: int = 0
    resume_at: float = 0.0
    broken_by: str | None = None


class HostGuard:
    """Downloader middleware: retries troubled answers after Retry-After or a growing wait; opens a breaker."""

    def __init__(self, backoff: float, longest_wait: float) -> None:
        self.backoff, self.longest_wait = backoff, longest_wait
        self.hosts: dict[str, Host] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the guard with the waits of the settings, in seconds."""
        return cls(crawler.settings.getfloat("TROUBLE_BACKOFF"), crawler.settings.getfloat("TROUBLE_LONGEST_WAIT"))

    def host(self, request: Request) -> Host:
        """Return what is known of the request's host."""
        return self.hosts.setdefault(urlsplit(request.url).netloc, Host())

    async def process_request(self, request: Request) -> None:
        """Hold the request while its host rests; refuse it when the host's breaker is open."""
        host = self.host(request)
        await asyncio.sleep(max(0.0, host.resume_at - asyncio.get_running_loop().time()))
        if host.broken_by:
            raise Refused(f"breaker open after {host.broken_by}")

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the answer when it is a page, or the request again while its host may still recover."""
        if urlsplit(request.url).path == "/robots.txt":
            return response  # a robots.txt that is refused has no rules (RFC 9309, 2.3.1.3)
        cause = None if is_answer(request, response) else cause_of(response)
        host = self.host(request)
        if cause is None:
            host.strikes = 0
            return response
        host.strikes += 1
        if host.strikes >= STRIKES:
            host.broken_by = cause
            raise Refused(cause, response)
        wait = retry_after(response) or self.backoff * 2 ** (host.strikes - 1)
        if wait > self.longest_wait:
            host.broken_by = f"{cause}, Retry-After {wait:.0f} s"
            raise Refused(host.broken_by, response)
        host.resume_at = asyncio.get_running_loop().time() + wait
        return request.replace(dont_filter=True)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what never became an answer (no such host, refused, timed out) as a strike; others may try again."""
        if isinstance(exception, IgnoreRequest):
            return
        host = self.host(request)
        host.strikes += 1
        if host.strikes >= STRIKES:
            host.broken_by = type(exception).__name__


def is_answer(request: Request, response: Response) -> bool:
    """Tell whether the spider asked to read answers of this status itself: an API says in them what is wrong."""
    return response.status in request.meta.get("handle_httpstatus_list", ())


def cause_of(response: Response) -> str | None:
    """Return what an answer suffers from, or None."""
    text = response.text if isinstance(response, TextResponse) else ""
    found = trouble(response.status, text)
    return found or ("cut page" if response.status == 200 and is_cut(text) else None)


def retry_after(response: Response) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), or None."""
    value = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if value.isdigit():
        return float(value)
    try:
        instant = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (instant - datetime.now(UTC)).total_seconds())
