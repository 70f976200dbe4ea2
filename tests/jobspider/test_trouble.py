"""Trouble on the way, told from pages."""

import pytest

from jobspider.trouble import is_cut, trouble

PAGE = "<!doctype html><html><head></head><body>{}</body></html>"
TABLE = [
    (200, PAGE.format("백엔드 개발자"), None),
    (200, PAGE.format("자동입력 방지 문자를 입력해 주세요"), "block page"),
    (200, PAGE.format("비정상적인 접근이 감지되었습니다"), "block page"),
    (200, '{"title": "비정상적인 접근 탐지 시스템 개발자"}', None),
    (200, PAGE.format("비정상적인 접근 탐지 시스템" + " " * 60_000), None),
    (200, "", None),
    (404, "", None),
    (400, '{"code": "C003"}', None),
    (401, "", "http 401"),
    (403, PAGE.format("x"), "http 403"),
    (429, "", "http 429"),
    (503, "", "http 503"),
]


@pytest.mark.parametrize(("status", "text", "said"), TABLE)
def test_the_table(status, text, said):
    assert trouble(status, text) == said


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (PAGE.format("x"), False),
        (PAGE.format("x")[:-9], True),
        ('{"a": 1', False),
        ("<p>a fragment</p>", False),
        ("", False),
    ],
)
def test_half_a_page(text, cut):
    assert is_cut(text) is cut
