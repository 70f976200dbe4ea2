"""`mailer why`: the rule that let a student or a posting in, or kept it out."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from jobdb import tracks
from mailer_cli.cli import mailer
from mailer_cli.records import Course, Status
from tests.mailer_cli.samples import LINKS, SLOT
from tests.mailer_cli.school import NOON, TRACKS, School

OVER = Course("BIGDATA 70", "bigdata", date(2025, 1, 1), date(2025, 6, 30))


@pytest.fixture
def why(monkeypatch):
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    courses = tracks.Courses(TRACKS, {})
    monkeypatch.setattr("mailer_cli.commands.why.courses", lambda: courses)

    def ask(*words: str, code: int = 0):
        result = CliRunner().invoke(mailer, ["why", *map(str, words), *([] if code else ["--json"])])
        assert result.exit_code == code, result.output
        return result.stderr if code else json.loads(result.output)

    return ask


STUDENTS = {
    "a": ("planned", "mail from 2026-08-16 to 2027-04-30; 교육 중; the switch was on; the address is not suppressed"),
    "b": ("same_address", "a has the same address and gets the mail"),
    "c": ("switched_off", "the LMS's switch for job mail was off"),
    "d": ("dropped_out", "the LMS said 중도 포기; mail goes to 교육 중, 수료, 조기 수료"),
    "e": ("after_window", "2026-11-24 is after 2025-12-30: the end 2025-06-30 + 6 months"),
    "f": ("not_on_roster", "not on the LMS's roster since Tue 2026-11-24 12:00"),
    "g": ("suppressed: manual", "manual since Tue 2026-11-24 12:00: by telephone"),
}


def test_a_student_is_told_the_rule(school: School, why):
    school.student("a")
    school.student("b", email="a@example.com")
    school.student("c", mail_on=False)
    school.student("d", status=Status.DROPPED_OUT)
    school.student("e", OVER)
    school.student("f")
    school.student("g")
    school.run("UPDATE student SET missing_since = %s WHERE lms_id = 'f'", NOON)
    told = "INSERT INTO suppression (address, reason, detail, since) VALUES ('g@example.com', 'manual', %s, %s)"
    school.run(told, "by telephone", NOON)
    school.plan()
    answers = {lms_id: why(lms_id) for lms_id in STUDENTS}
    assert {lms_id: (answer["rule"], answer["told"]) for lms_id, answer in answers.items()} == STUDENTS
    assert [lms_id for lms_id, answer in answers.items() if answer["let_in"]] == ["a"]


def test_who_came_later_and_who_has_no_edition(school: School, why):
    school.student("a")
    assert "no edition was planned for BIGDATA 77" in why("a", code=3)
    school.plan()
    school.student("b")
    assert why("b")["rule"] == "came_later"
    assert "no edition was planned for BIGDATA 77 at Fri 2026-11-27" in why("a", "--slot", "2026-11-27", code=3)
    assert "no such student" in why("nobody", code=3)


def test_a_posting_is_told_the_rule(school: School, why):
    school.student("a")
    best = school.posting(words=9, company="초록들")
    second = school.posting(words=8, company="초록들")
    third = school.posting("jumpit", words=7, company="초록들")
    taken = school.posting("jumpit", words=6, title="같은 공고")
    copy = school.posting(words=5, title="다른 이름")
    school.run("UPDATE posting SET cluster_id = %s WHERE id = %s", taken, copy)
    over = [school.posting(words=2), school.posting()]
    closing, closed, elsewhere = school.posting(days=0), school.posting(), school.posting("wanted")
    upcoming, long_over, other = school.posting(), school.posting(days=-30), school.posting(track="pm")
    school.run("UPDATE posting SET deadline_kind = 'upcoming', deadline_at = NULL WHERE id = %s", upcoming)
    school.close([closed], SLOT - timedelta(days=1))
    school.plan()
    late = school.posting()
    school.run("UPDATE posting SET first_seen = %s WHERE id = %s", SLOT, late)
    last = "1 of 1 of {} passed over so, best first"
    expected = {
        best: ("chosen", "no. 1 of 3; words matched: 0, 1, 2, 3, 4, 5, 6, 7, 8"),
        third: ("company_quota", f"the mail carries 2 of ㈜초록들: no. 1 (posting {best}), no. 2 (posting {second}); "
                                 + last.format("jumpit")),
        copy: ("same_posting", f"a copy of it is in the mail: no. 3 of jumpit (posting {taken}); "
                               + last.format("saramin")),
        over[1]: ("over_quota", "saramin 2 of 2, 3 of 3 in all; 2 of 2 of saramin passed over so, best first"),
        elsewhere: ("over_quota", "the track takes none of wanted; " + last.format("wanted")),
        closing: ("closes_too_soon", "it closes on Tue 2026-11-24 17:00, before Wed 2026-11-25 05:00; "
                                     + last.format("saramin")),
        closed: ("closed", "closed on Mon 2026-11-23 17:00: board says closed; " + last.format("saramin")),
        upcoming: ("upcoming", "applications were not open yet; " + last.format("saramin")),
        long_over: ("over", "closed or ended on Sun 2026-10-25 17:00, long before the slot"),
        other: ("other_track", "no keyword of bigdata fits it; tracks: pm"),
        late: ("seen_later", "first seen on Tue 2026-11-24 17:00, chosen on Tue 2026-11-24 12:00"),
    }  # fmt: skip
    answers = {posting: why("a", posting) for posting in expected}
    assert {posting: (answer["rule"], answer["told"]) for posting, answer in answers.items()} == expected


def test_a_posting_sent_before_is_told_when(school: School, why):
    school.student("a")
    posting = school.posting(days=200)
    school.plan()
    school.run("UPDATE edition SET state = 'sent'")
    school.plan(SLOT + timedelta(days=3))
    assert why("a", posting)["told"].startswith("sent to the course on Tue 2026-11-24 17:00; remembered for 2 months")
    assert why("a", posting, "--slot", "2026-11-24")["rule"] == "chosen"


def test_a_posting_is_named_by_id_board_and_id_or_link(school: School, why):
    school.student("a")
    posting = school.posting()
    school.plan()
    for name in (
        posting,
        "saramin:1",
        LINKS["saramin"].format(1) + "&utm_source=mail",
        LINKS["saramin"].format(1).removeprefix("https://"),
    ):
        assert why("a", name)["rule"] == "chosen"
    school.run("INSERT INTO sighting VALUES ('saramin', '77', 't', 'c', 'h', 'excluded_word', now(), now())")
    assert why("a", "saramin:77")["told"] == "the crawl saw it and did not keep it: excluded word"
    for name in ("saramin:78", "99", "https://example.com/", "9" * 30):
        assert "no such posting was ever seen" in why("a", name, code=3)


def test_a_refused_edition_has_no_postings(school: School, why):
    school.student("e", OVER)
    posting = school.posting()
    school.plan()
    assert why("e", posting)["told"] == "the edition was refused: after window"


def test_it_is_told_in_two_lines(school: School, monkeypatch):
    school.student("a", mail_on=False)
    school.plan()
    told = CliRunner().invoke(mailer, ["why", "a"]).output
    assert told == ("BIGDATA 77, Tue 2026-11-24 17:00: a out\nswitched off: the LMS's switch for job mail was off\n")
