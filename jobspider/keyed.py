"""The one door to an official API that wants a key: the key is added on the wire alone, and every call is counted."""

import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from w3lib.url import add_or_replace_parameter

from jobdb import clock
from jobspider.calls import LimitReached, spend
from jobspider.sandbox import SandboxHandler

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class KeyedApi:
    """An API's host, the parameter that takes the key, the key, and how many calls a day in Korea it allows.

    `path` is where its calls begin, on a host that shows other pages too.
    """

    host: str
    parameter: str
    key: str = field(repr=False)
    calls_a_day: int
    path: str = "/"

    def is_called_by(self, url: str) -> bool:
        """Tell whether a request to the address is a call of the API."""
        parts = urlsplit(url)
        return parts.netloc == self.host and parts.path.startswith(self.path)

    def sign(self, request: Request) -> Request:
        """Return the request as it goes out: with the key."""
        return request.replace(url=add_or_replace_parameter(request.url, self.parameter, self.key))

    def hide(self, text: str) -> str:
        """Return the text without the key, plain or as it stands in an address."""
        return text.replace(self.key, HIDDEN).replace(quote(self.key, safe=""), HIDDEN)


def use_key(settings: BaseSettings, api: KeyedApi) -> None:
    """Let the spider's requests to the API's host go through the door."""
    name = "SandboxKeyedHandler" if settings.get("JOBSPIDER_SANDBOX") else "KeyedHandler"
    settings.set("DOWNLOAD_HANDLERS", {"https": f"{__name__}.{name}"}, priority="spider")
    settings.set("KEYED_API", api, priority="spider")


class KeyedHandler(HTTP11DownloadHandler):
    """Scrapy's handler; what goes to the API carries the key, which no answer, error or log line brings back."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.api: KeyedApi = crawler.settings["KEYED_API"]
        logging.getLogger(HTTP11DownloadHandler.__module__).addFilter(WithoutKey(self.api))

    async def download_request(self, request: Request) -> Response:
        """Return the answer under the address without the key. Raises LimitReached when the day's calls are spent."""
        if not self.api.is_called_by(request.url):
            return await super().download_request(request)
        self._claim()
        keyed = self.api.sign(request)
        keyed.headers["Accept-Encoding"] = "identity"  # in a compressed answer the key would not be found
        response = await self._send(keyed)
        request.meta["download_latency"] = keyed.meta.get("download_latency")  # AutoThrottle goes by it
        return response.replace(url=request.url, body=self._hidden(response.body))

    def _claim(self) -> None:
        store: Any = self.crawler.spider.store  # type: ignore[union-attr]
        if not spend(store.database, self.api.host, clock.today(), self.api.calls_a_day):
            raise LimitReached(f"today's {self.api.calls_a_day} calls to {self.api.host} are spent")

    async def _send(self, keyed: Request) -> Response:
        try:
            return await super().download_request(keyed)
        except Exception as error:  # of any kind: a timeout's text, for one, names the address
            if str(error) == self.api.hide(str(error)):
                raise
            raise type(error)(self.api.hide(str(error))) from None

    def _hidden(self, body: bytes) -> bytes:
        return body.replace(self.api.key.encode(), HIDDEN.encode())


class SandboxKeyedHandler(KeyedHandler, SandboxHandler):
    """The same on loopback."""


class WithoutKey(logging.Filter):
    """Takes the key out of the lines in which Scrapy's handler names addresses: cut or oversized answers."""

    def __init__(self, api: KeyedApi) -> None:
        super().__init__()
        self.api = api

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line; let it pass."""
        record.msg, record.args = self.api.hide(record.getMessage()), None
        return True
