"""The way to the sandbox's boards: a request keeps its real URL and is carried to loopback."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response


class SandboxHandler(HTTP11DownloadHandler):
    """Carries https://HOST/path to JOBSPIDER_SANDBOX/HOST/path, and gives the answer under the real URL."""

    async def download_request(self, request: Request) -> Response:
        """Return the sandbox's answer to the request."""
        parts = urlsplit(request.url)
        base = self.crawler.settings["JOBSPIDER_SANDBOX"].rstrip("/")
        query = f"?{parts.query}" if parts.query else ""
        inner = request.replace(url=f"{base}/{parts.netloc}{parts.path}{query}")
        response = await super().download_request(inner)
        return response.replace(url=request.url)
