"""Opening the chosen postings again: closed ones give way to the next until the quota is filled or nothing is left."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest

from jobdb.errors import OperatorError
from mailer_cli import links
from mailer_cli.check import Check
from mailer_cli.store import editions
from tests.mailer_cli.school import NOON, School


class Board:
    """Stands for the boards and the recheck crawl: writes the verdicts that the crawl would write."""

    def __init__(self, school: School, closed: Collection[int] = (), silent: Collection[int] = ()) -> None:
        self.school, self.closed, self.silent = school, set(closed), set(silent)
        self.asked: list[set[int]] = []

    def recheck(self, posting_ids: Collection[int]) -> int:
        self.asked.append(set(posting_ids))
        for posting_id in posting_ids:
            state = "unknown" if posting_id in self.silent else "closed" if posting_id in self.closed else "open"
            self.school.run("INSERT INTO link_check VALUES (DEFAULT, %s, %s, 'http 200', %s)", posting_id, state, NOON)
        self.school.close(self.closed & set(posting_ids))
        return 0


def check(school: School, recheck: Callable[[Collection[int]], int]) -> dict[str, int]:
    with school.database, school.database.cursor() as on:
        checkable = editions.find(on)
    return Check(school.database, school.planner, recheck, NOON).run(checkable)


def check_with(school: School, board: Board) -> dict[str, int]:
    return check(school, board.recheck)


@pytest.fixture
def planned(school: School) -> School:
    """A school with one student and four postings of Saramin, of which two are chosen."""
    school.student("a")
    for words in (4, 3, 2, 1):
        school.posting(words=words)
    school.plan()
    return school


def test_open_postings_pass_and_their_mails_are_ready(planned: School):
    assert check_with(planned, board := Board(planned)) == {"open": 2}
    assert board.asked == [{1, 2}]
    assert planned.rows("SELECT state, checked_at FROM edition") == [("checked", NOON)]
    assert planned.mails() == {"a": ("ready", None)}


def test_closed_postings_give_way_to_the_next_that_are_asked_too(planned: School):
    assert check_with(planned, board := Board(planned, closed={1, 3})) == {"open": 2, "closed": 2}
    assert board.asked == [{1, 2}, {3}, {4}]
    assert planned.chosen() == [2, 4]
    assert planned.passed() == {1: "closed", 3: "closed"}


def test_trouble_on_the_way_is_not_closed(planned: School):
    assert check_with(planned, board := Board(planned, silent={1})) == {"open": 1, "unknown": 1}
    assert board.asked == [{1, 2}]
    assert planned.chosen() == [1, 2]


@pytest.mark.parametrize(("age", "asked"), [(timedelta(hours=2), [{2}]), (timedelta(hours=4), [{1, 2}])])
def test_a_posting_opened_lately_is_not_opened_again(planned: School, age, asked):
    planned.run("INSERT INTO link_check VALUES (DEFAULT, 1, 'open', 'http 200', %s)", NOON - age)
    check_with(planned, board := Board(planned))
    assert board.asked == asked


def test_an_edition_with_nothing_left_is_refused(planned: School):
    check_with(planned, Board(planned, closed={1, 2, 3, 4}))
    assert planned.rows("SELECT state, reason FROM edition") == [("refused", "no_postings")]
    assert planned.mails() == {"a": ("skipped", "no_postings")}


def test_checking_again_asks_nothing_and_changes_nothing(planned: School):
    check_with(planned, Board(planned))
    before = planned.rows("SELECT * FROM delivery")
    assert check_with(planned, again := Board(planned)) == {}
    assert again.asked == []
    assert planned.rows("SELECT * FROM delivery") == before


def test_an_edition_on_its_way_is_left_alone(planned: School):
    planned.run("UPDATE edition SET state = 'sending'")
    check_with(planned, Board(planned, closed={1}))
    assert planned.chosen() == [1, 2]
    assert planned.rows("SELECT state FROM edition") == [("sending",)]


def test_a_crawl_without_any_verdict_leaves_the_edition_unchecked(planned: School):
    with pytest.raises(OperatorError, match=r"no verdict on 2 postings \(exit code 1\); read var/log/recheck.log"):
        check(planned, lambda posting_ids: 1)
    assert planned.rows("SELECT state FROM edition") == [("planned",)]


def test_the_crawler_is_run_as_a_program_of_its_own(database, tmp_path):
    log = tmp_path / "log" / "recheck.log"
    assert links.recheck([7], log) == 0  # no such posting: no request is made
    assert "recheck" in log.read_text()
