"""Where postings of 고용24 stand, and which of them: what its pages and its Open API share."""

from urllib.parse import urlencode, urljoin, urlsplit

from scrapy.http import Response
from w3lib.url import url_query_parameter

HOME = "https://www.work24.go.kr"
OWN = "VALIDATION"  # the provider's code (infoTypeCd, infoSvc) of 고용24's own postings
GROUPS = {OWN: "tb_workinfoworknet"}
PROVIDED = "tb_workinfogubun"  # the group of every posting that another site provides


def address(number: str, provider: str) -> str:
    """Return the address of a posting's page, for one that was listed without a link."""
    query = {"wantedAuthNo": number, "infoTypeCd": provider, "infoTypeGroup": GROUPS.get(provider, PROVIDED)}
    return f"{HOME}/wk/a/b/1500/empDetailAuthView.do?{urlencode(query)}"


def linked(href: str, number: str, provider: str) -> str:
    """Return the address that a posting's own link leads to; links that a script answers ("#none") lead nowhere."""
    url = urljoin(HOME, href.strip())
    return url if href.strip() not in ("", "#", "#none") and url.startswith("http") else address(number, provider)


def is_here(url: str) -> bool:
    """Tell whether a posting's page is on the board: some are only on the site that provides them."""
    return urlsplit(url)[:2] == urlsplit(HOME)[:2]


def number_in(response: Response) -> str:
    """Return the posting's number (구인인증번호) from the address asked for."""
    return url_query_parameter(response.url, "wantedAuthNo", "")
