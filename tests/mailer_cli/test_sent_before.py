"""`mailer import-sent`: the old system's JSON, all of it or nothing."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailer_cli.cli import mailer
from tests.mailer_cli.samples import LINKS, SLOT
from tests.mailer_cli.school import NOON, School

COURSE = "BIGDATA 77"


@pytest.fixture
def run(school: School, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    school.student("a")

    def import_sent(content: object, *words: str, code: int = 0) -> Result:
        path = tmp_path / "sent.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        result = CliRunner().invoke(mailer, ["import-sent", str(path), *words])
        assert result.exit_code == code, result.output
        return result

    return import_sent


def rows(school: School) -> list[tuple]:
    return school.rows("SELECT board, board_id, sent_on FROM sent_before ORDER BY url")


URL = LINKS["saramin"].format(1)
FORMS = {
    "links of a course": ({COURSE: [URL]}, date(2026, 11, 24)),
    "objects of a course": ({COURSE: [{"url": URL, "sent_on": "2026-11-10"}]}, date(2026, 11, 10)),
    "a list": ([{"course": COURSE, "link": URL, "date": "2026-11-10T17:00:00"}], date(2026, 11, 10)),
    "a list without days": ([{"course": COURSE, "url": URL, "date": None}], date(2026, 11, 24)),
}


@pytest.mark.parametrize(("content", "day"), FORMS.values(), ids=FORMS.keys())
def test_every_form_is_read(run, school: School, content, day):
    assert run(content).output.startswith("1 links read, 1 new or later\n")
    assert rows(school) == [("saramin", "1", day)]
    assert "1 links read, 0 new or later" in run(content).output


def test_a_posting_that_is_crawled_later_counts_as_sent(run, school: School):
    odd = "https://www.saramin.co.kr/zf_user/company/7"
    told = run({COURSE: [URL, odd]}).output
    assert "1 have no board's shape" in told
    assert "2 of all remembered are no stored posting yet" in told
    posting, other = school.posting(), school.posting()
    school.run("UPDATE posting SET url = %s WHERE id = %s", odd, other)
    fresh = school.posting()
    school.plan()
    assert school.chosen() == [fresh]
    assert school.passed() == {posting: "sent_before", other: "sent_before"}


def test_what_was_sent_twice_is_remembered_from_the_later_day(run, school: School):
    run({COURSE: [{"url": URL, "sent_on": "2026-11-10"}, {"url": URL, "sent_on": "2026-09-01"}]})
    run({COURSE: [{"url": URL, "sent_on": "2026-10-01"}]})
    assert rows(school) == [("saramin", "1", date(2026, 11, 10))]
    posting = school.posting(days=200)
    ninth_week = SLOT.replace(month=11, day=10) + timedelta(days=63)
    school.plan(ninth_week, ninth_week)
    assert school.chosen() == [posting]


GOOD = {"url": URL}
BAD = {
    "no JSON": ("{", "no JSON in UTF-8"),
    "another shape": ({COURSE: URL}, "must be {course: [link, …]}"),
    "a number": ([7], "entry 1: no course None on the roster"),
    "an unknown course": ({COURSE: [URL], "BIGDATA 1": [URL]}, "BIGDATA 1, entry 1: no course 'BIGDATA 1'"),
    "no link": ({COURSE: [GOOD, {"title": "x"}]}, "BIGDATA 77, entry 2: 'None' is no link"),
    "a script": ({COURSE: ["javascript:x"]}, "'javascript:x' is no link"),
    "no day": ({COURSE: [GOOD | {"sent_on": "yesterday"}]}, "'yesterday' is no day"),
    "a number for a day": ({COURSE: [GOOD | {"sent_on": 20261110}]}, "'20261110' is no day"),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD.keys())
def test_a_malformed_file_is_refused_whole(run, school: School, content, told):
    assert told in run(content, code=3).stderr
    assert rows(school) == []


def test_courses_that_are_gone_are_left_out_when_asked(run, school: School):
    run({COURSE: [URL], "BIGDATA 1": [URL]}, "--skip-unknown-courses")
    assert len(rows(school)) == 1
