"""What counts as wrong: tables of facts and the finding that they are, or none."""

from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from mailer_cli.watching import (
    Harm,
    LastCrawl,
    LastRun,
    PlannedJob,
    SlotFacts,
    crawl_findings,
    harm_findings,
    job_findings,
    slot_finding,
    unknown_finding,
)

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=KST)
SLOT = datetime(2026, 11, 24, 17, 0, tzinfo=KST)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("verdict", "cause", "ago", "words"),
    [
        ("ok", None, 2, None),
        (None, None, 2, None),  # it runs
        (None, None, 7, "끝나지 않았습니다"),
        ("failed", "listed 3, fewer than 50", 2, "실패했습니다 — listed 3, fewer than 50"),
        ("suspect", "half of the usual", 2, "평소와 다릅니다 — half of the usual"),
    ],
)
def test_a_crawl(verdict, cause, ago, words):
    found = list(crawl_findings([LastCrawl("saramin", NOW - ago * HOUR, verdict, cause)], NOW))
    assert [(each.kind, each.subject) for each in found] == ([("crawl", "saramin")] if words else [])
    assert all(words in each.korean and each.korean.startswith("사람인") for each in found)


def sent(count: int, **states: int) -> dict[str, int]:
    return {"accepted": count} | states


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (SlotFacts(SLOT, 100, sent(100)), None),
        (SlotFacts(SLOT, 100, sent(95, failed=5)), None),
        (SlotFacts(SLOT, 0), None),
        (SlotFacts(SLOT, 100, sent(0, ready=100)), "100통 중 한 통도 발송되지 않았습니다"),
        (SlotFacts(SLOT, 100, sent(60, ready=40)), "100통 중 60통만 발송되었습니다"),
        (SlotFacts(SLOT, 100, why="not_planned"), "발송 계획이 만들어지지 않았습니다"),
        (SlotFacts(SLOT, 100, why="no_postings"), "보낼 공고가 없었습니다"),
        (SlotFacts(SLOT, 100, sent(0, held=100), why="held"), "보류"),
        (SlotFacts(SLOT, 10, sent(10), before=(100, 98, 102, 40)), "평소에는 99통 정도입니다"),
        (SlotFacts(SLOT, 60, sent(60), before=(100, 98, 102, 40)), None),
        (SlotFacts(SLOT, 0, before=(100, 98)), "0통만 발송되었습니다"),  # green, and nobody got anything
    ],
)
def test_a_slot_that_passed(facts, words):
    found = slot_finding(facts, NOW)
    assert (found is None) == (words is None)
    if found:
        assert words in found.korean
        assert (found.kind, found.subject) == ("slot", "2026-11-24T17:00+09:00")


def test_a_slot_has_an_hour():
    waiting = SlotFacts(SLOT, 100, sent(0, ready=100))
    assert slot_finding(waiting, SLOT + HOUR - timedelta(seconds=1)) is None
    assert slot_finding(waiting, SLOT + HOUR) is not None


def test_a_slot_that_could_not_be_prepared_is_told_before_it_and_is_the_same_trouble_after_it():
    early = slot_finding(SlotFacts(SLOT, 0, preparing="mailer plan: no courses"), SLOT - HOUR)
    late = slot_finding(SlotFacts(SLOT, 50, why="not_planned"), NOW)
    assert "no courses" in early.korean
    assert (early.kind, early.subject) == (late.kind, late.subject)


def job(runs=(), due=SLOT, apart=timedelta(days=3), **changes) -> PlannedJob:
    return PlannedJob("backup", due, apart, timedelta(hours=2), tuple(LastRun(*run) for run in runs), **changes)


WELL, ILL = (SLOT, 0), (SLOT, 2, "error: no bucket")
TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        (job([WELL]), None),
        (job([(SLOT - 30 * HOUR, 0)]), "실행되지 않았습니다"),
        (job(), "실행되지 않았습니다"),
        (job(due=NOW - TEN), None),  # it may still come
        (job([ILL]), "실패했습니다 — error: no bucket"),
        (job([ILL], told_elsewhere=True), None),
        (job([(SLOT, None)]), None),  # it runs
        (job([(SLOT - 2 * HOUR, None)], due=SLOT - 2 * HOUR), "끝나지 않았습니다"),
        (job([(SLOT, 75), (SLOT, 0)]), None),  # left out: the run before went on
        (job([ILL, ILL, WELL], apart=TEN), None),  # one of every few minutes has three tries
        (job([ILL, ILL, ILL], apart=TEN), "실패했습니다"),
        (job([WELL, ILL, ILL], apart=TEN), None),
    ],
)
def test_a_job(planned, words):
    found = list(job_findings([planned], NOW - timedelta(days=30), NOW))
    assert len(found) == (words is not None)
    assert all(words in each.korean for each in found)


@pytest.mark.parametrize("since", [None, SLOT + TEN])
def test_a_schedule_that_was_not_at_work_yet_missed_nothing(since):
    assert list(job_findings([job()], since, NOW)) == []


@pytest.mark.parametrize(
    ("harm", "kinds"),
    [
        (Harm(1000, 39, 0, 30), []),
        (Harm(1000, 40, 0, 30), ["bounces"]),
        (Harm(10, 4, 1, 30), []),  # a few of few prove nothing
        (Harm(1000, 0, 2, 30), ["complaints"]),
        (Harm(10_000, 0, 7, 30), []),
        (Harm(10_000, 400, 8, 30), ["bounces", "complaints"]),
        (Harm(0, 0, 0, 30), []),
    ],
)
def test_harm(harm, kinds):
    assert [each.kind for each in harm_findings(harm)] == kinds


def test_unknown_mails():
    assert unknown_finding(0) is None
    assert "3통" in unknown_finding(3).korean
