"""A board's redirect stays on the board: who steers one must not have this machine fetch from its own network."""

from urllib.parse import urlsplit

from scrapy import Request

from jobspider.middlewares import Refused

SECOND_LEVEL = {"ac", "co", "go", "ne", "or", "pe", "re"}  # below .kr names are given out on the third level (KISA)


class SiteGuard:
    """Downloader middleware: refuses a redirect to another site than the one that was asked."""

    def process_request(self, request: Request) -> None:
        """Raise Refused when redirects have led away from the first address's site."""
        begun = request.meta.get("redirect_urls")
        if begun and site_of(request.url) != site_of(begun[0]):
            raise Refused(f"redirect to another site: {urlsplit(request.url).hostname}")


def site_of(url: str) -> str:
    """Return the name that an address's host was registered under, such as saramin.co.kr; an IP address is its own."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    labels = host.split(".")
    if labels[-1].isdecimal() or ":" in host:
        return host
    below_kr = labels[-1] == "kr" and labels[-2:-1] and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3:] if below_kr else labels[-2:])
