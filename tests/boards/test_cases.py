"""Every folder tests/boards/<board>/<case>/ is a test: a page, what was asked for, and what must be read from it.

case.json: {"kind": "list" | "posting" | "body", "url": …, "status": 200}; page.html, page.json or page.xml: the bytes
as they went over the wire; expected.json: for a list {"cards": [words…], "next": url | null}, for a posting
{"words": {…}, "state": …}, for a body {"words": {…}}. Words that are empty are left out. A page that must be refused
has {"unreadable": true}.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Request, Response, TextResponse, XmlResponse

from jobdb.boards import BOARDS
from jobspider.base import BoardSpider, UnreadablePage
from jobspider.items import RawPosting
from jobspider.rechecks import pages_of

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/case.json"))
FEWEST = 4  # ordinary list, odd list, posting, closed posting
TYPES = {".html": HtmlResponse, ".json": TextResponse, ".xml": XmlResponse}


def response_of(folder: Path, case: dict) -> Response:
    page = next(folder.glob("page.*"))
    request = Request(case["url"], meta=case.get("meta", {}))
    headers = {"Content-Type": case["content_type"]} if "content_type" in case else {}
    return TYPES[page.suffix](
        case["url"], status=case.get("status", 200), body=page.read_bytes(), request=request, headers=headers
    )


def words(raw: RawPosting) -> dict:
    return {name: value for name, value in asdict(raw).items() if value}


def read(spider: BoardSpider, kind: str, response: TextResponse) -> dict:
    try:
        if kind == "list":
            more = spider.next_page(response)
            return {"cards": [words(card) for card in spider.parse_list(response)], "next": more and more.url}
        if kind == "body":
            return {"words": words(spider.parse_body(response))}
        return {"words": words(spider.parse_posting(response))}
    except UnreadablePage:
        return {"unreadable": True}


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(folder):
    case = json.loads((folder / "case.json").read_text())
    spider = pages_of(folder.parent.name)()
    response = response_of(folder, case)
    found = read(spider, case["kind"], response)
    if case["kind"] == "posting":
        found["state"] = str(spider.posting_state(response))
    expected = folder / "expected.json"
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        pytest.fail(f"wrote {expected}; read it against the page, then commit it")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_has_cases(board):
    kinds = [json.loads((case / "case.json").read_text())["kind"] for case in CASES if case.parent.name == board]
    assert len(kinds) >= FEWEST, f"{board}: {len(kinds)} cases; add folders below tests/boards/{board}/"
    assert {"list", "posting"} <= set(kinds)
