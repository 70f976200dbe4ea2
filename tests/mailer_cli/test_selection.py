"""Which postings a mail carries: the order, the reasons, the quotas."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.posting import Deadline, DeadlineKind
from mailer_cli.selection import PER_COMPANY, Candidate, Choice, Market, Memory, PassedOver, folded
from tests.mailer_cli.samples import SLOT

QUOTA = {"saramin": 2, "jumpit": 1}
NOTHING = Memory()


def candidate(number: int = 1, **changes) -> Candidate:
    ordinary = Candidate(
        posting_id=number,
        board="saramin",
        title=f"데이터 분석가 {number}",
        company_key="푸른바다",
        deadline=Deadline(DeadlineKind.DATED, SLOT + timedelta(days=10)),
        words=1,
        first_seen=SLOT - timedelta(days=3),
    )
    return replace(ordinary, **changes)


def choose(candidates, quota, slot, memory=NOTHING, per_company=PER_COMPANY) -> Choice:
    """Choose, and tell the reasons of the market's shelves too."""
    market = Market(candidates, slot)
    choice = market.choose(quota, memory, per_company)
    on_shelves = {number: reason for (_, reason), ids in market.shelves.items() for number in ids}
    told = {number: reason for number, reason in on_shelves.items() if number not in choice.chosen}
    return Choice(choice.chosen, told | choice.passed)


def closing(**ahead) -> Deadline:
    return Deadline(DeadlineKind.DATED, SLOT + timedelta(**ahead))


BETTER = {
    "more words matched": ({"words": 2}, {"words": 1, "deadline": closing(days=1)}),
    "fewer days left": ({"deadline": closing(days=3)}, {"deadline": closing(days=4)}),
    "an end before no end": ({"deadline": closing(days=300)}, {"deadline": Deadline(DeadlineKind.OPEN_ENDED)}),
    "newer": ({"first_seen": SLOT}, {"first_seen": SLOT - timedelta(hours=1)}),
    "the hour of the last day does not count, freshness does": (
        {"deadline": closing(days=3, hours=6), "first_seen": SLOT},
        {"deadline": closing(days=3)},
    ),
}


@pytest.mark.parametrize(("better", "worse"), BETTER.values(), ids=BETTER.keys())
def test_better_postings_come_first(better, worse):
    assert choose([candidate(1, **worse), candidate(2, **better)], QUOTA, SLOT).chosen == (2, 1)


def test_the_id_decides_at_last():
    assert choose([candidate(2), candidate(1)], QUOTA, SLOT).chosen == (1, 2)


UNFIT = {
    "closed": (PassedOver.CLOSED, {"closed": True}),
    "a link to elsewhere": (PassedOver.BAD_LINK, {"bad_link": True}),
    "closes before the slot": (PassedOver.CLOSES_TOO_SOON, {"deadline": closing(days=-1)}),
    "closes within the margin": (PassedOver.CLOSES_TOO_SOON, {"deadline": closing(hours=11, minutes=59)}),
    "not yet open": (PassedOver.UPCOMING, {"deadline": Deadline(DeadlineKind.UPCOMING)}),
    "a board without a quota": (PassedOver.OVER_QUOTA, {"board": "wanted"}),
}


@pytest.mark.parametrize(("reason", "changes"), UNFIT.values(), ids=UNFIT.keys())
def test_unfit_postings_are_passed_over_with_the_reason(reason, changes):
    choice = choose([candidate(1, **changes)], QUOTA, SLOT)
    assert (choice.chosen, choice.passed) == ((), {1: reason})


def test_what_closes_at_the_margin_itself_is_taken():
    assert choose([candidate(1, deadline=closing(hours=12))], QUOTA, SLOT).chosen == (1,)


def test_the_best_copy_of_a_posting_stands_for_all():
    copies = [
        candidate(1, title="[신입] 데이터 분석가"),
        candidate(2, title="신입 데이터분석가", board="jumpit", words=2),
    ]
    choice = choose(copies, QUOTA, SLOT)
    assert (choice.chosen, choice.passed) == ((2,), {1: PassedOver.SAME_POSTING})


def test_a_copy_is_taken_where_the_better_one_has_no_room():
    postings = [candidate(1, board="jumpit", words=3), candidate(2, board="jumpit", title="같은 공고", words=2)]
    choice = choose([*postings, candidate(3, title="같은 공고")], QUOTA, SLOT)
    assert (choice.chosen, choice.passed) == ((1, 3), {2: PassedOver.OVER_QUOTA})


def test_the_same_title_of_two_companies_is_two_postings():
    both = [candidate(1, title="데이터 분석가"), candidate(2, title="데이터 분석가", company_key="붉은산")]
    assert choose(both, QUOTA, SLOT).chosen == (1, 2)


def test_what_was_sent_before_and_its_copies_are_remembered():
    memory = Memory.of([(1, None, "푸른바다", "옛 제목"), (9, None, "푸른바다", "데이터 분석가 2")])
    choice = choose([candidate(1), candidate(2), candidate(3)], QUOTA, SLOT, memory)
    assert (choice.chosen, choice.passed) == ((3,), {1: PassedOver.SENT_BEFORE, 2: PassedOver.SENT_BEFORE})


def test_the_crawler_s_clusters_are_one_posting_whatever_their_titles():
    copies = [candidate(1, cluster_id=7), candidate(2, cluster_id=7, title="Data Analyst", board="jumpit", words=2)]
    choice = choose(copies, QUOTA, SLOT)
    assert (choice.chosen, choice.passed) == ((2,), {1: PassedOver.SAME_POSTING})
    memory = Memory.of([(99, 7, "붉은산", "옛 제목")])
    assert set(choose(copies, QUOTA, SLOT, memory).passed.values()) == {PassedOver.SENT_BEFORE}


def test_one_company_has_two_postings_at_the_most():
    same = [candidate(number, title=f"제목 {number}", company_key="푸른바다") for number in (1, 2, 3)]
    other = candidate(4, company_key="붉은산")
    choice = choose([*same, other], {"saramin": 4}, SLOT)
    assert (choice.chosen, choice.passed) == ((1, 2, 4), {3: PassedOver.COMPANY_QUOTA})
    assert choose([*same, other], {"saramin": 4}, SLOT, per_company=1).chosen == (1, 4)


def test_companies_that_no_board_names_are_not_one_company():
    nameless = [candidate(number, company_key="") for number in (1, 2, 3)]
    assert choose(nameless, {"saramin": 4}, SLOT).chosen == (1, 2, 3)


def test_a_number_for_all_boards_and_one_of_a_board_hold_together():
    postings = [candidate(1), candidate(2), candidate(3, board="jumpit"), candidate(4, board="wanted")]
    assert choose(postings, {"saramin": 1, "any": 2}, SLOT).chosen == (1, 3)


def test_any_board_counts_all_boards_together():
    postings = [candidate(1), candidate(2, board="jumpit"), candidate(3, board="wanted")]
    choice = choose(postings, {"any": 2}, SLOT)
    assert (choice.chosen, choice.passed) == ((1, 2), {3: PassedOver.OVER_QUOTA})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("데이터 분석가", "[신규]데이터분석가", False),
        ("[신입] 데이터 분석가", "신입·데이터분석가", True),
        ("ＳＱＬ 개발자", "sql개발자", True),
        ("C++ 개발자", "C# 개발자", False),
        ("★★★", "☆☆☆", False),
    ],
)
def test_titles_are_compared_by_their_letters(one, other, same):
    assert (folded(one) == folded(other)) is same


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        posting_id=st.integers(1, 60),
        board=st.sampled_from(["saramin", "incruit", "wanted", "jumpit"]),
        title=st.sampled_from(["데이터 분석가", "백엔드", "기획", "DBA", "LLM 엔지니어"]),
        company_key=st.sampled_from(["푸른바다", "붉은산", "흰구름"]),
        deadline=st.one_of(
            st.sampled_from(list(DeadlineKind)[1:]).map(Deadline),
            st.integers(-10, 60).map(lambda days: closing(days=days)),
        ),
        words=st.integers(1, 4),
        first_seen=st.integers(0, 9).map(lambda days: SLOT - timedelta(days=days)),
        closed=st.booleans(),
        cluster_id=st.one_of(st.none(), st.integers(1, 9)),
    ),
    unique_by=lambda candidate: candidate.posting_id,
)
QUOTAS = st.one_of(
    st.dictionaries(st.sampled_from(["saramin", "incruit", "wanted", "jumpit"]), st.integers(0, 5), min_size=1),
    st.fixed_dictionaries({"any": st.integers(0, 12)}),
)


@given(CANDIDATES, QUOTAS)
def test_every_candidate_is_chosen_once_or_passed_over_once(candidates, quota):
    choice = choose(candidates, quota, SLOT)
    assert sorted([*choice.chosen, *choice.passed]) == sorted(each.posting_id for each in candidates)


@given(CANDIDATES, QUOTAS)
def test_no_quota_is_exceeded_and_no_cluster_comes_twice(candidates, quota):
    by_id = {each.posting_id: each for each in candidates}
    chosen = [by_id[posting_id] for posting_id in choose(candidates, quota, SLOT).chosen]
    counts = Counter("any" if "any" in quota else each.board for each in chosen)
    assert all(count <= quota.get(board, 0) for board, count in counts.items())
    assert max(Counter(each.company_key for each in chosen).values(), default=0) <= 2
    assert len(frozenset().union(*(each.marks for each in chosen))) == sum(len(each.marks) for each in chosen)


@given(CANDIDATES, QUOTAS)
def test_room_is_left_only_where_nothing_fits(candidates, quota):
    choice = choose(candidates, quota, SLOT)
    by_id = {each.posting_id: each for each in candidates}
    counts = Counter("any" if "any" in quota else by_id[posting_id].board for posting_id in choice.chosen)
    for posting_id, reason in choice.passed.items():
        shelf = "any" if "any" in quota else by_id[posting_id].board
        assert (reason is PassedOver.OVER_QUOTA) <= (counts[shelf] == quota.get(shelf, 0))


@given(CANDIDATES.flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))), QUOTAS)
def test_the_order_of_the_candidates_does_not_matter(orders, quota):
    one, other = orders
    assert choose(one, quota, SLOT) == choose(other, quota, SLOT)


def walked(candidates, quota, memory, per_company) -> Choice:
    """Look at every candidate of the market, best first, and give each the first reason that holds."""
    boards, companies, chosen, marks, passed = Counter(), Counter(), [], set(), {}
    unfit = {number: reason for number, reason in choose(candidates, {}, SLOT).passed.items() if reason in UNFITNESS}
    for each in Market(candidates, SLOT).ranked:
        shelf = quota.get(each.board, quota.get("any", 0))
        rules = {
            PassedOver.SENT_BEFORE: each.posting_id in memory.posting_ids or each.marks & memory.marks,
            unfit.get(each.posting_id): each.posting_id in unfit,
            PassedOver.SAME_POSTING: each.marks & marks,
            PassedOver.OVER_QUOTA: boards[each.board] >= shelf or len(chosen) >= quota.get("any", 99),
            PassedOver.COMPANY_QUOTA: each.company_key and companies[each.company_key] >= per_company,
        }
        reason = next((reason for reason, holds in rules.items() if holds), None)
        if reason:
            passed[each.posting_id] = reason
            continue
        chosen.append(each.posting_id)
        boards[each.board] += 1
        companies[each.company_key] += 1
        marks |= each.marks
    return Choice(tuple(chosen), passed)


UNFITNESS = {PassedOver.CLOSED, PassedOver.BAD_LINK, PassedOver.UPCOMING, PassedOver.CLOSES_TOO_SOON}
MIXED = st.dictionaries(st.sampled_from(["saramin", "incruit", "wanted", "any"]), st.integers(0, 5), min_size=1)
REMEMBERED = st.lists(CANDIDATES.flatmap(lambda drawn: st.sampled_from(drawn or [candidate()])), max_size=4)


@given(CANDIDATES, st.one_of(QUOTAS, MIXED), REMEMBERED, st.integers(1, 3))
def test_a_choice_is_the_same_as_a_walk_through_the_whole_market(candidates, quota, sent, per_company):
    memory = Memory.of((each.posting_id, each.cluster_id, each.company_key, each.title) for each in sent)
    assert choose(candidates, quota, SLOT, memory, per_company) == walked(candidates, quota, memory, per_company)


@given(CANDIDATES, st.one_of(QUOTAS, MIXED), REMEMBERED)
def test_what_is_left_on_the_shelves_is_counted(candidates, quota, sent):
    market = Market(candidates, SLOT)
    choice = market.choose(quota, Memory.of((each.posting_id, None, "", "") for each in sent))
    own = {*choice.chosen, *choice.passed}
    left = {shelf: sum(number not in own for number in ids) for shelf, ids in market.shelves.items()}
    assert market.left(choice) == {shelf: count for shelf, count in left.items() if count}
