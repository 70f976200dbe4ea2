"""Pages that could not be read: the newest twenty of a board are kept, each with its address."""

import gzip

from scrapy.http import HtmlResponse

from jobspider.keptpages import MOST, KeptPages


def page(number: int) -> HtmlResponse:
    return HtmlResponse(f"https://job.incruit.com/{number}", status=403, body=f"blocked {number}".encode())


def test_the_newest_are_kept_and_the_oldest_give_way(tmp_path):
    kept = KeptPages(tmp_path / "incruit")
    for number in range(MOST + 5):
        kept.keep("http 403 / ../../자동입력", page(number))
    files = sorted((tmp_path / "incruit").iterdir())
    assert len(files) == MOST
    assert [gzip.decompress(file.read_bytes()).decode().split() for file in (files[0], files[-1])] == [
        ["403", "https://job.incruit.com/5", "blocked", "5"],
        ["403", f"https://job.incruit.com/{MOST + 4}", "blocked", str(MOST + 4)],
    ]


def test_a_cause_is_no_path(tmp_path):
    assert KeptPages(tmp_path).keep("../../etc/passwd: x", page(1)).parent == tmp_path
