"""Shares and their doubt, domains of few people, sheets and charts: what figures rest on, without a database."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.clock import KST
from mailer_cli.stats import charts
from mailer_cli.stats.domains import FEWEST, OTHERS, gathered
from mailer_cli.stats.figures import DIMENSIONS, Cell, Figure, Mailing, Row, rows_by, total
from mailer_cli.stats.intervals import FEW, wilson
from mailer_cli.stats.lines import cell, interval, percent
from mailer_cli.stats.metrics import METRICS, parent
from mailer_cli.stats.sheet import sheet
from mailer_cli.stats.views import View, csv_rows, row_json

SLOT = datetime(2026, 11, 24, 17, tzinfo=KST)
SHARES = st.integers(0, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilson_s(count, of, low, high):
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@given(SHARES)
def test_an_interval_holds_its_share_and_stays_a_share(share):
    count, of = share
    low, high = wilson(count, of)
    assert 0 <= low <= (count / of if of else 0.5) <= high <= 1
    mirrored = wilson(of - count, of)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)


@given(SHARES.filter(lambda share: share[1] > 0))
def test_more_mails_of_the_same_share_leave_less_doubt(share):
    count, of = share
    narrow, wide = wilson(count * 4, of * 4), wilson(count, of)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


@pytest.mark.parametrize(("count", "of"), [(-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(count, of):
    with pytest.raises(ValueError, match="no share"):
        wilson(count, of)


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(0, 30)))
def test_no_domain_of_few_people_is_named_and_no_gathering_is_of_few(recipients):
    names = gathered(recipients)
    assert names.keys() == recipients.keys()
    assert all(name in (domain, OTHERS) for domain, name in names.items())
    assert all(people >= FEWEST for domain, people in recipients.items() if names[domain] != OTHERS)
    hidden = sum(people for domain, people in recipients.items() if names[domain] == OTHERS)
    assert hidden == 0 or hidden >= FEWEST or set(names.values()) == {OTHERS}


@pytest.mark.parametrize(
    ("recipients", "named"),
    [
        ({"naver.com": 40, "gmail.com": 9}, {"naver.com", "gmail.com"}),
        ({"naver.com": 40, "a.kr": 4, "b.kr": 1}, {"naver.com"}),
        ({"naver.com": 40, "gmail.com": 9, "mine.kr": 1}, {"naver.com"}),  # alone in the rest, mine.kr would be known
        ({"mine.kr": 1}, set()),
    ],
)
def test_who_is_alone_is_not_found_by_what_is_left_over(recipients, named):
    assert set(gathered(recipients).values()) - {OTHERS} == named


def mailing(number: int) -> Mailing:
    return Mailing(number, SLOT + timedelta(days=7 * (number % 3)), f"PM {number % 4}", ("pm", "bigdata")[number % 2])


CELLS = st.lists(
    st.builds(
        lambda edition, domain, route, sent, waiting: Cell(
            edition, domain, route, Counter(sent=sent, opened=sent // 2, tracked=sent, waiting=waiting)
        ),
        st.integers(0, 11), st.sampled_from(["a.kr", "b.kr", OTHERS]), st.sampled_from(["default", "chunjae"]),
        st.integers(0, 50), st.integers(0, 5),
    ),
    max_size=30,
)  # fmt: skip


@given(CELLS, st.sampled_from(sorted(DIMENSIONS)))
def test_every_grouping_adds_up_to_the_total(cells, dimension):
    rows = rows_by(dimension, map(mailing, range(12)), cells)
    assert sum((row.counts for row in rows), Counter()) == +total(cells).counts
    assert len({row.name for row in rows}) == len(rows)


def test_rows_stand_as_a_reader_expects_them():
    cells = [
        Cell(0, OTHERS, "default", {"sent": 9}), Cell(1, "small.kr", "default", {"sent": 1}),
        Cell(2, "big.kr", "default", {"sent": 5}),
    ]  # fmt: skip
    mailings = [mailing(number) for number in range(3)]
    assert [row.name for row in rows_by("domain", mailings, cells)] == ["big.kr", "small.kr", OTHERS]
    assert [row.name for row in rows_by("week", mailings, cells)] == ["2026-11-23", "2026-11-30", "2026-12-07"]
    assert next(row.name for row in rows_by("edition", mailings, cells)) == "2026-11-24 17:00 PM 0"


def test_blind_is_not_zero_and_nothing_is_neither():
    blind, none = Row("", Counter(sent=5, tracked=5)), Row("", Counter(skipped=3))
    assert blind.figure("clicked") == Figure(None, 0)
    assert blind.figure("opened") == Figure(0, 5)
    assert none.figure("clicked") == Figure(0, 0)
    assert [cell(row.figure("clicked")) for row in (blind, none)] == ["–", "0"]
    assert none.figure("clicked").rate is None


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (Figure(3, 1000), "3 · 0.30 %"),
        (Figure(1234, 2468), "1,234 · 50.0 %"),
        (Figure(10, FEW - 1), "10 · 2.5 % (1.4–4.6)"),
        (Figure(10, FEW), "10 · 2.5 %"),
        (Figure(0, 20), "0 · 0.0 % (0.0–16.1)"),
    ],
)
def test_a_share_of_few_mails_stands_with_its_doubt(figure, told):
    assert cell(figure) == told


def test_small_shares_keep_their_places():
    assert (percent(0.00082), percent(0.00994), percent(0.00996), percent(0.0)) == (
        "0.08 %",
        "0.99 %",
        "1.0 %",
        "0.0 %",
    )
    assert interval(Figure(4, 8_000)) == "0.02–0.13"


def test_a_part_belongs_to_the_figure_before_it():
    assert parent(METRICS["opened_machine"]).key == "opened"
    assert parent(METRICS["bounced_soft"]).key == "bounced"
    assert parent(METRICS["sent"]).key == "sent"


@pytest.mark.parametrize("word", ["=1+1", "+82", "-1", "@SUM(A1)", "\tx", "\r=1", " =1+1"])
def test_a_spreadsheet_runs_nothing(word):
    assert sheet([[word]]).lstrip('\ufeff"').startswith("'")


def test_a_sheet_opens_in_korean_and_numbers_stay_numbers():
    assert sheet([["과정", -1, 0.5, "–"]]) == "\ufeff과정,-1,0.5,–\r\n"


def test_json_and_csv_say_the_same():
    row = Row("PM 1", Counter(sent=8, noticed=8, tracked=8, opened=3, open_hits=7, skipped=2), Counter(employed=2))
    view = View("course", tuple(METRICS), [row])
    header, line = csv_rows(view)
    told, columns = row_json(row, view), dict(zip(header, line, strict=True))
    assert told["opened"] == {key: columns[f"opened_{key}"] for key in ("of", "rate", "low", "high")} | {"count": 3}
    assert (columns["open_hits"], told["open_hits"], told["skipped_why"]) == (7, 7, {"employed": 2})


def weeks(*days: str) -> list[Row]:
    return [Row(day, Counter(sent=10, tracked=10, opened=5)) for day in days]


def test_a_week_without_mails_keeps_its_place_and_a_blind_one_breaks_the_line():
    rows = weeks("2026-11-02", "2026-11-09", "2026-11-30")
    assert charts.places([row.name for row in rows]) == [2, 26, 98]
    rows[1].counts["tracked"] = 0
    runs = charts.trend(rows, "opened", 1.0).runs
    assert [[round(point.y) for point in run] for run in runs] == [[50], [50]]


def test_a_scale_holds_what_is_drawn():
    row = Row("", Counter(sent=20, tracked=20, opened=1))
    end = charts.scale_of([row], ["opened"])
    drawn = charts.bar(row.figure("opened"), end)
    assert drawn is not None
    assert 0 < drawn.low < drawn.width < drawn.high <= 100
    assert charts.bar(Figure(None, 0), end) is None


def test_a_trend_s_band_stays_within_the_drawing():
    rows = weeks("2026-11-02", "2026-11-09")
    end = charts.scale_of(rows, ["opened"], bands=True)
    (run,) = charts.trend(rows, "opened", end).runs
    assert all(0 < point.high < point.y < point.low < 100 for point in run)
