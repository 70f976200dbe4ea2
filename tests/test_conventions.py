"""What holds for every spider, now and later."""

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, TextResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from jobdb.boards import BOARDS
from jobdb.posting import PostingState
from jobdb.tracks import courses
from jobspider import settings
from jobspider.rechecks import pages_of

ROOT = Path(__file__).resolve().parent.parent
LEAST_DELAY = {"saramin": 1.5}  # seconds; the others 1
TROUBLE = [(403, "Forbidden"), (429, ""), (500, "oops"), (200, ""), (200, "자동입력 방지 문자를 입력해 주세요")]


def project_settings() -> Settings:
    found = Settings()
    found.setmodule(settings)
    return found


def test_one_name_everywhere():
    names = set(SpiderLoader.from_settings(project_settings()).list())
    assert names == set(BOARDS) | {"recheck"}
    for board in BOARDS:
        assert pages_of(board).name == board
        assert (ROOT / "jobspider" / "spiders" / f"{board}.py").exists()
        assert (ROOT / "sandbox" / "boards" / f"{board}.py").exists()
        assert (ROOT / "tests" / "boards" / board).is_dir()


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_is_asked_politely(board):
    found = project_settings()
    found.delete("JOBSPIDER_SANDBOX")
    pages_of(board).update_settings(found)
    assert found.getfloat("DOWNLOAD_DELAY") >= LEAST_DELAY.get(board, 1.0)
    assert found.getint("CONCURRENT_REQUESTS") == 1
    assert found.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert found.getbool("ROBOTSTXT_OBEY")
    assert found.getbool("AUTOTHROTTLE_ENABLED")
    assert "jobspider" in found["USER_AGENT"]


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(("status", "body"), TROUBLE)
@pytest.mark.parametrize("kind", [HtmlResponse, TextResponse])
def test_trouble_is_never_closed(board, status, body, kind):
    request = pages_of(board).posting_request("123456", BOARDS[board].home)
    response = kind(request.url, status=status, body=body.encode(), encoding="utf-8", request=request)
    assert pages_of(board).posting_state(response) is PostingState.UNKNOWN


@pytest.mark.parametrize("board", BOARDS)
def test_every_walk_starts_at_the_board_over_https(board):
    spider = pages_of(board)()
    walks = courses().walks[board]
    for walk in walks.daily + walks.full:
        assert spider.list_request(walk).url.startswith("https://")


def test_no_server_for_strangers():
    assert project_settings().getbool("TELNETCONSOLE_ENABLED") is False
    assert project_settings().getbool("REMOTE_CONTROL_ENABLED") is False
