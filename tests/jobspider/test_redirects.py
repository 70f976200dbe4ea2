"""A board's redirect is followed on the board alone."""

import pytest
from scrapy import Request

from jobspider.middlewares import Refused
from jobspider.redirects import SiteGuard, site_of

SITES = [
    ("https://www.saramin.co.kr/zf_user/", "saramin.co.kr"),
    ("https://jumpit.saramin.co.kr/position/1", "saramin.co.kr"),
    ("https://www.work24.go.kr/", "work24.go.kr"),
    ("https://job.incruit.com/", "incruit.com"),
    ("https://example.kr/", "example.kr"),
    ("https://a.b.example.kr./", "example.kr"),
    ("http://169.254.169.254/latest/", "169.254.169.254"),
    ("http://[::1]:5432/", "::1"),
    ("http://localhost:6800/", "localhost"),
    ("https://www.saramin.co.kr.evil.example/", "evil.example"),
    ("https://saramin.co.kr@evil.example/", "evil.example"),
]


@pytest.mark.parametrize(("url", "site"), SITES)
def test_the_site_of_an_address(url, site):
    assert site_of(url) == site


@pytest.mark.parametrize("url", [url for url, site in SITES if site != "saramin.co.kr"])
def test_a_redirect_that_leaves_the_board_is_refused(url):
    led = Request(url, meta={"redirect_urls": ["https://www.saramin.co.kr/1", "https://m.saramin.co.kr/1"]})
    with pytest.raises(Refused, match="redirect to another site"):
        SiteGuard().process_request(led)


def test_a_redirect_on_the_board_and_a_request_of_the_spider_s_own_go_on():
    SiteGuard().process_request(
        Request("https://m.saramin.co.kr/1", meta={"redirect_urls": ["https://www.saramin.co.kr/1"]})
    )
    SiteGuard().process_request(Request("https://elsewhere.example/"))
