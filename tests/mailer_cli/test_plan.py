"""Planning a slot: an edition for every course, its postings, and a row for every student."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobdb.errors import DataError
from mailer_cli.records import Course, Status
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import BIGDATA, NOON, School

NEXT_SLOT = SLOT + timedelta(days=3)
OVER = Course("BIGDATA 70", "bigdata", date(2025, 1, 1), date(2025, 6, 30))
PM = Course("PM 9", "pm", date(2026, 4, 1), date(2026, 10, 30))


def test_every_student_has_a_row_sent_or_skipped_with_the_reason(school: School):
    school.student("a")
    school.student("b", email="A@example.com")
    school.student("c", mail_on=False)
    school.student("d", status=Status.EMPLOYED)
    school.student("e", OVER)
    school.plan()
    assert school.mails() == {
        "a": ("planned", None),
        "b": ("skipped", "same_address"),
        "c": ("skipped", "switched_off"),
        "d": ("skipped", "employed"),
        "e": ("skipped", "after_window"),
    }


def test_one_address_in_two_courses_gets_both_mails(school: School):
    school.student("a", email="both@example.com")
    school.student("b", PM, email="both@example.com")
    school.plan()
    assert school.mails() == {"a": ("planned", None), "b": ("planned", None)}


def test_the_address_of_a_skipped_student_is_free(school: School):
    school.student("a", email="shared@example.com", mail_on=False)
    school.student("b", email="shared@example.com")
    school.plan()
    assert school.mails() == {"a": ("skipped", "switched_off"), "b": ("planned", None)}


def test_a_course_outside_its_window_is_refused_with_the_reason(school: School):
    school.student("a", OVER)
    school.posting()
    school.plan()
    assert school.rows("SELECT state, reason FROM edition") == [("refused", "after_window")]
    assert school.chosen() == []


def test_a_course_with_nobody_to_write_to_is_refused(school: School):
    school.student("a", mail_on=False)
    school.plan()
    assert school.rows("SELECT state, reason FROM edition") == [("refused", "no_recipients")]


def test_postings_of_the_track_are_chosen_in_order_within_the_quota(school: School):
    school.student("a")
    plain, best, spare = school.posting(), school.posting(words=3), school.posting(days=None)
    jumpit, other_track = school.posting("jumpit"), school.posting(track="pm")
    school.plan()
    assert school.chosen() == [best, plain, jumpit]
    assert school.passed() == {spare: "over_quota"}
    assert other_track not in school.passed()


def test_a_posting_that_links_elsewhere_is_passed_over(school: School):
    school.student("a")
    sound, hostile = school.posting(), school.posting(words=9)
    school.run("UPDATE posting SET url = 'https://www.saramin.co.kr@evil.example/' WHERE id = %s", hostile)
    school.plan()
    assert (school.chosen(), school.passed()) == ([sound], {hostile: "bad_link"})


def test_what_closed_long_ago_is_not_even_passed_over(school: School):
    school.student("a")
    ended, closed, lately = school.posting(days=-30), school.posting(), school.posting()
    school.close([closed], SLOT - timedelta(days=30))
    school.close([lately], SLOT - timedelta(days=1))
    school.plan()
    assert (school.chosen(), school.passed()) == ([], {lately: "closed"})
    assert ended not in school.passed()


def test_planning_again_counts_new_postings_and_a_new_roster(school: School):
    school.student("a")
    school.plan()
    assert school.chosen() == []
    posting = school.posting()
    school.student("a", mail_on=False)
    school.student("b")
    assert school.plan() == []
    assert school.chosen() == [posting]
    assert school.mails() == {"a": ("skipped", "switched_off"), "b": ("planned", None)}
    assert school.rows("SELECT count(*) FROM edition") == [(1,)]


def test_a_refused_edition_may_be_planned_anew(school: School):
    school.student("a", mail_on=False)
    school.plan()
    school.student("a")
    school.plan()
    assert school.rows("SELECT state, reason FROM edition") == [("planned", None)]


@pytest.mark.parametrize("state", ["sending", "sent"])
def test_an_edition_on_its_way_is_left_alone(school: School, state):
    school.student("a")
    school.plan()
    school.run("UPDATE edition SET state = %s", state)
    school.student("b")
    assert [edition.course.name for edition in school.plan()] == [BIGDATA.name]
    assert school.mails() == {"a": ("planned", None)}


def test_what_courses_of_a_track_pass_over_alike_is_kept_once(school: School):
    school.student("a")
    school.student("b", replace(BIGDATA, name="BIGDATA 78"))
    for _ in range(9):
        school.posting()
    school.plan()
    assert school.rows("SELECT reason, cardinality(posting_ids) FROM market_passed") == [("over_quota", 9)]
    assert school.rows("SELECT reason, held, posting_ids FROM edition_passed") == [("over_quota", 7, None)] * 2


def test_a_market_that_no_edition_goes_by_is_forgotten_with_the_next_slot(school: School):
    school.student("a")
    school.posting()
    school.plan()
    school.plan()
    school.run("UPDATE edition SET state = 'sent'")
    school.plan(NEXT_SLOT)
    markets = school.rows("SELECT market_id FROM edition ORDER BY slot")
    assert school.rows("SELECT id FROM market ORDER BY id") == markets == [(2,), (3,)]


def test_what_was_sent_is_not_sent_again_for_two_months(school: School):
    school.student("a")
    posting = school.posting(days=200)
    school.plan()
    school.run("UPDATE edition SET state = 'sent'")
    school.plan(NEXT_SLOT)
    assert (school.chosen(), school.passed()) == ([posting], {posting: "sent_before"})
    ninth_week = SLOT + timedelta(days=63)  # 26 January: the calendar months since 24 November are over
    school.plan(ninth_week, ninth_week - timedelta(hours=5))
    assert school.chosen() == [posting, posting]


def test_what_was_planned_and_never_sent_may_come_again(school: School):
    school.student("a")
    posting = school.posting()
    school.plan()
    school.plan(NEXT_SLOT)
    assert school.chosen() == [posting, posting]


def test_the_memory_is_each_courses_own(school: School):
    school.student("a")
    posting = school.posting()
    school.plan()
    school.run("UPDATE edition SET state = 'sent'")
    school.student("b", replace(BIGDATA, name="BIGDATA 78"))
    school.plan(NEXT_SLOT)
    assert school.chosen() == [posting, posting]


def test_without_courses_the_remedy_is_told(school: School):
    with pytest.raises(DataError, match="there are no courses; run `mailer roster import"):
        school.plan()


def test_a_track_that_is_gone_stops_before_anything_is_planned(school: School):
    school.student("a")
    school.student("b", replace(PM, name="AI 1", track="ai"))
    with pytest.raises(DataError, match=r"course AI 1: no \[tracks.ai\] in courses.toml"):
        school.plan(now=NOON)
    assert school.rows("SELECT count(*) FROM edition") == [(0,)]


def test_a_copy_on_another_board_counts_as_sent(school: School):
    school.student("a")
    sent, copy = school.posting(title="데이터 분석가", words=2), school.posting("jumpit", title="Data Analyst")
    school.run("UPDATE posting SET cluster_id = %s WHERE id = %s", sent, copy)
    school.plan()
    school.run("UPDATE edition SET state = 'sent'")
    school.plan(NEXT_SLOT)
    assert (school.chosen(), school.passed()) == ([sent], {copy: "sent_before", sent: "sent_before"})


def test_what_an_earlier_system_sent_is_remembered_by_board_and_id_or_by_its_link(school: School):
    school.student("a")
    by_id, by_link, old, fresh = school.posting(), school.posting(), school.posting(), school.posting("jumpit")
    school.plan()
    known = (
        "INSERT INTO sent_before SELECT course.id, url, board, board_id, %s FROM course, posting WHERE posting.id = %s"
    )
    school.run(known, SLOT - timedelta(days=40), by_id)
    school.run(known, SLOT - timedelta(days=80), old)
    school.run(known.replace("board, board_id", "NULL, NULL"), SLOT - timedelta(days=40), by_link)
    school.plan()
    assert school.chosen() == [old, fresh]
    assert school.passed() == {by_id: "sent_before", by_link: "sent_before"}


def test_who_refused_or_left_the_roster_is_skipped_with_the_reason(school: School):
    school.student("a", email="Left@example.com")
    school.student("b", email="left@example.com")
    school.student("c")
    school.student("d")
    told = "INSERT INTO suppression (address, reason, since, until) VALUES (%s, %s, %s, %s)"
    school.run(told, "left@example.com", "form", NOON, None)
    school.run(told, "c@example.com", "mailbox_full", NOON - timedelta(days=30), NOON)
    school.run("UPDATE student SET missing_since = now() WHERE lms_id = 'd'")
    school.plan()
    assert school.mails() == {
        "a": ("skipped", "suppressed: form"),
        "b": ("skipped", "suppressed: form"),
        "c": ("planned", None),
        "d": ("skipped", "not_on_roster"),
    }
