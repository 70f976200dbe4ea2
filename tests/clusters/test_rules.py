"""What holds of clusters whatever the postings: order, idempotence, persons' words, and no text that breaks them."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jobdb.clock import KST
from jobdb.posting import Career, CareerKind, Deadline, DeadlineKind, Employment, Posting, Region
from jobspider.clusters import Likeness, Relation, Verdicts, cluster, compare, likeness
from jobspider.clusters.companies import is_same_company, read_company
from jobspider.clusters.titles import read_title

END = datetime(2026, 12, 5, 23, 59, 59, tzinfo=KST)
DATED = Deadline(DeadlineKind.DATED, END)


def posting(title="백엔드 개발자", company="가람소프트", board="saramin", **facts) -> Posting:
    return Posting(board, "1", "", title, company, "", **facts)


def like(key=0, **facts) -> Likeness:
    return likeness(posting(**facts), key)


SOFTWARE = "가람소프트"
COMPANIES = [SOFTWARE, "(주)가람소프트", "가람소프트(GaramSoft)", "GaramSoft", "다온랩"]
TITLES = [
    "백엔드 개발자", "[가람소프트] 백엔드 개발자 채용", "백엔드 개발자 (신입)", "[서울] 백엔드 개발자",
    "백엔드 개발자 (Java)",    "백엔드 개발자 (Python)", "백엔드 개발자(5년 이상)", "신입사원 공개채용",
    "2026년 백엔드 개발자", "2025년 백엔드 개발자", "",
]  # fmt: skip
PLACES = [
    (),
    (Region("서울", "강남구"),),
    (Region("서울"),),
    (Region("부산"),),
    (Region("서울", "강남구"), Region("부산")),
]
CAREERS = [
    Career(), Career(CareerKind.ANY), Career(CareerKind.NEWCOMER), Career(CareerKind.EXPERIENCED, 3),
    Career(CareerKind.EXPERIENCED, 5, 10), Career(CareerKind.BOTH),
]  # fmt: skip
ENDS = [Deadline(), DATED, Deadline(DeadlineKind.DATED, END + timedelta(days=20)), Deadline(DeadlineKind.OPEN_ENDED)]

likenesses = st.builds(
    lambda company, title, board, regions, career, deadline, employment: like(
        title=title, company=company, board=board, regions=regions, career=career, deadline=deadline,
        employment=employment,
    ),
    st.sampled_from(COMPANIES), st.sampled_from(TITLES), st.sampled_from(["saramin", "wanted"]),
    st.sampled_from(PLACES), st.sampled_from(CAREERS), st.sampled_from(ENDS),
    st.sampled_from([(), (Employment.CONTRACT,)]),
)  # fmt: skip
markets = st.lists(likenesses, max_size=9).map(lambda found: [replace(one, key=key) for key, one in enumerate(found)])


@given(markets, st.randoms())
def test_the_order_of_postings_changes_nothing(market, random):
    shuffled = random.sample(market, len(market))
    assert cluster(shuffled) == cluster(market)


@given(markets)
def test_each_posting_is_in_one_cluster_and_members_do_not_contradict(market):
    clusters = cluster(market)
    assert sorted(key for members in clusters for key in members) == list(range(len(market)))
    for members in clusters:
        for one, other in combinations(members, 2):
            assert compare(market[one], market[other]) is not Relation.CONTRADICTS


@given(markets)
def test_a_cluster_taken_alone_is_the_same_cluster(market):
    for members in cluster(market):
        assert cluster([market[key] for key in members]) == {members}


@given(markets, st.data())
def test_a_persons_word_wins(market, data):
    assume(len(market) > 1)
    pairs = st.tuples(*[st.sampled_from(range(len(market)))] * 2).filter(lambda pair: pair[0] != pair[1])
    same = data.draw(pairs)
    taken, other = data.draw(pairs.filter(lambda pair: set(pair) != set(same)))
    assume(taken not in same)
    clusters = cluster(market, Verdicts(frozenset({same}), frozenset({(taken, other)})))
    assert any(set(same) <= members for members in clusters)
    assert {taken} in clusters


@given(st.text(), st.text(), st.sampled_from(PLACES))
def test_no_text_breaks_the_rules(title, company, regions):
    one = like(title=title, company=company, regions=regions)
    other = like(title=title, company=SOFTWARE)
    assert compare(one, other) is compare(other, one)
    assert compare(one, one) is not Relation.CONTRADICTS
    assert one.blocks


@given(likenesses, likenesses)
def test_what_is_the_same_shares_a_block_either_way_round(one, other):
    assert compare(one, other) is compare(other, one)
    if compare(one, other) is Relation.SAME:
        assert one.blocks & other.blocks


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("㈜가람소프트", "가람소프트 주식회사", True),
        ("가람소프트", "GaramSoft", False),  # no rule knows that Garam is 가람
        ("가람소프트(GaramSoft)", "GaramSoft", True),
        ("가람소프트(GaramSoft)", "다온(GaramSoft)", False),
        ("에스케이가람", "SK가람", True),
        ("가람씨앤아이", "가람C&I", True),
        ("가람테크", "Garam Tech", False),
        ("다온 Lab", "다온랩", True),
        ("다온랩스", "다온랩", True),
        ("가람제과(역삼점)", "가람제과", False),
        ("가람(서울지사)", "가람", False),
        ("의료법인 가람의료재단", "가람의료재단", True),
        ("LG가람", "LS가람", False),
    ],
)
def test_company_names(one, other, same):
    assert is_same_company(read_company(one), read_company(other)) is same
    assert is_same_company(read_company(other), read_company(one)) is same


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("[가람소프트] 데이터분석가 채용", "데이터 분석"),
        ("데이터 분석가 (Data Analyst)", "데이터 분석"),
        ("★급구★ 원무과 직원 모집합니다", "원무과"),
        ("[코스닥상장사] Front-end 개발자 모집공고", "프론트엔드 개발"),
        ("채용 담당자 모집", "리크루팅"),
        ("[주 4일] 총무 담당자", "총무"),
        ("2026년 하반기 신입사원 공개채용", "하반기"),
        ("신입사원 모집", ""),
    ],
)
def test_the_core_of_a_title(title, core):
    assert read_title(title, read_company(SOFTWARE)).core == set(core.split())


def test_a_vague_posting_joins_neither_of_two_that_contradict_each_other():
    seoul, busan = (like(key, regions=(Region(sido),)) for key, sido in enumerate(("서울", "부산")))
    assert cluster([seoul, busan, like("anywhere")]) == {frozenset({key}) for key in (0, 1, "anywhere")}
    assert cluster([seoul, like("anywhere")]) == {frozenset({0, "anywhere"})}


def test_what_a_person_joined_draws_what_is_like_either():
    seoul, busan, again = (like(key, regions=(Region(sido),)) for key, sido in enumerate(("서울", "부산", "서울")))
    assert cluster([seoul, busan, again], Verdicts(same=frozenset({(0, 1)}))) == {frozenset({0, 1, 2})}


def test_hundreds_of_postings_of_one_title_take_no_time():
    places = [(Region("서울", f"{number}구"),) for number in range(40)] + [()]
    market = [like(number, regions=places[number % 41]) for number in range(1200)]
    assert len(cluster(market)) == 41


def test_a_long_title_is_read_at_once():
    for title in ("개발 " * 20_000, "(" * 50_000, "3~" * 30_000, "주 " * 30_000, "채용" * 30_000):
        assert like(title=title, regions=PLACES[1]).title is not None
