"""An edit of the keywords, tried on postings that lists have shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.errors import SettingError
from jobdb.posting import Posting
from jobdb.tracks import Track, courses
from jobspider.keywordreport import TITLES, as_data, lines
from jobspider.keywords import Matcher
from jobspider.keywordtrial import DUPLICATE, Change, ExclusionUse, Seen, WordUse, try_keywords
from jobspider.pipelines import DropDuplicates
from jobspider.store import CrawlStore

ROOT = Path(__file__).resolve().parents[2]


def track(*include, exclude=(), key="web", label="웹"):
    return Track(key, label, include, tuple(exclude), {"any": 1})


def rules(*tracks):
    return {track.key: track for track in tracks}


def seen(title, company="가온소프트", board="saramin", outcome="stored"):
    return Seen(board, title, company, outcome)


def tried(titles, before, after):
    """The one track of a trial."""
    (only,) = try_keywords([seen(title) for title in titles], rules(before), rules(after)).tracks
    return only


NOTHING = []
CHANGES = [
    # in force, on trial, title -> gained (words, by an exclusion), lost
    (track("서버"), track("서버"), "서버 개발", NOTHING, NOTHING),
    (track("서버"), track("서버", "웹"), "웹 개발", [(("웹",), False)], NOTHING),
    (track("서버"), track("서버", "웹"), "서버, 웹 개발", NOTHING, NOTHING),
    (track("서버", "웹"), track("서버"), "웹 개발", NOTHING, [(("웹",), False)]),
    (track("서버", "웹"), track("서버"), "웹 서버", NOTHING, NOTHING),
    (track("웹"), track("웹", exclude=["외주"]), "웹 외주", NOTHING, [(("외주",), True)]),
    (track("웹", exclude=["외주"]), track("웹"), "웹 외주", [(("외주",), True)], NOTHING),
    (track("웹", exclude=["외주"]), track("앱", exclude=["외주"]), "웹 외주", NOTHING, NOTHING),
    (track("웹", exclude=["외주"]), track("웹", exclude=["파견"]), "웹 외주 파견", NOTHING, NOTHING),
    (track("웹"), track("앱", exclude=["외주"]), "웹 외주", NOTHING, [(("웹",), False)]),
    (track("서버"), track("웹", "앱"), "웹·앱 개발", [(("웹", "앱"), False)], NOTHING),
    (track("데이터 분석"), track("데이터분석"), "데이터 분석가", NOTHING, NOTHING),
    (track("Java"), track("Java*"), "JavaScript", [(("Java*",), False)], NOTHING),
]


@pytest.mark.parametrize(("before", "after", "title", "gained", "lost"), CHANGES)
def test_what_a_track_gains_and_loses_and_why(before, after, title, gained, lost):
    found = tried([title], before, after)
    assert found.gained == [Change(seen(title), *reason) for reason in gained]
    assert found.lost == [Change(seen(title), *reason) for reason in lost]
    assert found.after - found.before == len(gained) - len(lost)


def test_an_exclusion_in_the_company_counts_and_an_including_word_does_not():
    postings = [seen("웹 개발", "가온외주"), seen("경리", "웹나라")]
    (found,) = try_keywords(postings, rules(track("웹")), rules(track("웹", exclude=["외주"]))).tracks
    assert found.lost == [Change(postings[0], ("외주",), by_exclusion=True)]
    assert found.words == [WordUse("웹", found=1)]


def test_changes_keep_the_order_of_the_postings():
    titles = ["웹 1", "앱 2", "웹 3", "경리", "웹 앱 4", "웹 5"]
    found = tried(titles, track("서버"), track("웹", "앱"))
    assert [change.seen.title for change in found.gained] == ["웹 1", "앱 2", "웹 3", "웹 앱 4", "웹 5"]


def test_a_track_that_comes_gains_all_and_one_that_goes_loses_all():
    old, new = track("웹"), track("앱", key="app", label="앱")
    came, went = try_keywords([seen("웹 개발"), seen("앱 개발")], rules(old), rules(new)).tracks
    assert (came.key, came.label, came.before, came.after, len(came.gained)) == ("app", "앱", 0, 1, 1)
    assert (went.key, went.label, went.before, went.after, len(went.lost)) == ("web", "웹", 1, 0, 1)
    assert went.words == []


USES = [
    # include, exclude, titles -> found, kept, alone of each keyword; found, kept out, alone of each exclusion
    (["웹", "서버"], [], ["웹", "웹", "웹 서버", "경리"], [(3, 3, 2), (1, 1, 0)], []),
    (["웹", "앱"], ["외주"], ["웹 외주", "앱", "외주 경리"], [(1, 0, 0), (1, 1, 1)], [(2, 1, 1)]),
    (["웹"], ["외주", "파견"], ["웹 외주", "웹 외주 파견", "파견"], [(2, 0, 0)], [(2, 2, 1), (2, 1, 0)]),
    (["데이터 분석", "데이터 분석가"], [], ["데이터 분석가", "데이터 분석"], [(2, 2, 1), (1, 1, 0)], []),
    (["SQL", "sql"], [], ["SQL"], [(1, 1, 0), (1, 1, 0)], []),
    (["웹", "웹"], [], ["웹"], [(1, 1, 1)], []),
    (["Hadoop"], ["국비"], ["한국 비즈니스"], [(0, 0, 0)], [(0, 0, 0)]),
    (["웹"], ["웹"], ["웹"], [(1, 0, 0)], [(1, 1, 1)]),
]


@pytest.mark.parametrize(("include", "exclude", "titles", "words", "exclusions"), USES)
def test_what_each_word_does(include, exclude, titles, words, exclusions):
    entry = track(*include, exclude=exclude)
    found = tried(titles, entry, entry)
    assert found.words == [WordUse(word, *use) for word, use in zip(dict.fromkeys(include), words, strict=True)]
    assert found.exclusions == [ExclusionUse(word, *use) for word, use in zip(exclude, exclusions, strict=True)]


def test_dead_words_and_words_that_only_meet_an_exclusion():
    entry = track("웹", "앱", "서버", exclude=["외주", "국비"])
    trial = try_keywords([seen("웹 개발"), seen("앱 외주")], rules(entry), rules(entry))
    assert trial.tracks[0].dead_words == ["서버"]
    assert [use.word for use in trial.tracks[0].always_excluded] == ["앱"]
    assert trial.dead_exclusions == ["국비"]


@pytest.mark.parametrize(
    ("posting", "counts"),
    [
        (seen("웹"), (1, 0, 0)),
        (seen("웹", outcome="no_keyword"), (1, 0, 0)),
        (seen("웹", outcome="closed"), (1, 0, 0)),
        (seen("", outcome=""), (0, 1, 0)),
        (seen(" \t", outcome=DUPLICATE), (0, 1, 0)),
        (seen("웹", outcome=DUPLICATE), (0, 0, 1)),
    ],
)
def test_postings_without_a_title_and_those_listed_twice_are_left_out_and_counted(posting, counts):
    trial = try_keywords([posting], rules(track("웹")), rules(track("웹")))
    assert (trial.replayed, trial.untitled, trial.duplicates) == counts
    assert trial.tracks[0].after == counts[0]


class Outspoken(DropDuplicates):
    """The pipeline that drops duplicates, telling the outcome that the crawl would write."""

    store = CrawlStore(None, "saramin", {})

    def drop(self, board_id, reason):
        raise LookupError(reason)


def test_the_outcome_of_a_duplicate_is_the_pipelines():
    pipeline = Outspoken(None)
    once, again = (Posting("saramin", number, "", "웹 개발", "가온소프트", "가온소프트") for number in "12")
    assert pipeline.process_item(once) is once
    with pytest.raises(LookupError, match=f"^{DUPLICATE}$"):
        pipeline.process_item(again)


WORDS = st.sampled_from(
    ["데이터 분석", "SQL", "백엔드", "UI", "웹 서비스", "개발자", "연구", "서비스 기획", "매장", "국비"]
)


@given(st.lists(WORDS, max_size=4).map(" ".join), st.lists(WORDS, max_size=2).map(" ".join))
def test_the_trial_keeps_what_the_crawl_keeps(title, company):
    tracks = courses().tracks
    kept = Matcher(tracks.values()).match(title, company).tracks
    trial = try_keywords([seen(f"[{title}]", company)], {}, tracks)
    assert {track.key: change.words for track in trial.tracks for change in track.gained} == kept


def test_a_word_without_letters_is_refused():
    with pytest.raises(SettingError, match="no letter"):
        try_keywords([], rules(track("웹")), rules(track("\u200b")))


def documented():
    """The rows of the page's table of rules: a keyword, titles that it finds, titles that it does not find."""
    page = (ROOT / "docs" / "keywords.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|]*\| `([^`]+)` \|([^|]*)\|([^|]*)\|$", page, re.MULTILINE)
    return [
        (word, *([title.strip() for title in cell.split(",") if title.strip()] for cell in cells))
        for word, *cells in rows
    ]


def test_the_page_has_its_table_of_rules():
    assert len(documented()) >= 8


@pytest.mark.parametrize(("word", "finds", "misses"), documented())
def test_words_find_titles_as_the_page_says(word, finds, misses):
    matcher = Matcher([track(word)])
    assert [title for title in [*finds, *misses] if matcher.wanted(title)] == finds


# What is shown -----------------------------------------------------------------------------------


def shown(trial, compared=True):
    return [line for line in lines(trial, compared) if isinstance(line, str)]


def test_no_more_titles_than_a_person_reads():
    trial = try_keywords([seen(f"웹 {n}") for n in range(TITLES + 5)], rules(track("앱")), rules(track("웹")))
    text = shown(trial)
    assert sum(line.startswith("    + ") for line in text) == TITLES
    assert "    … and 5 more titles" in text
    gained = as_data(trial)["tracks"][0]["gained"]
    assert (gained["postings"], len(gained["titles"])) == (TITLES + 5, TITLES)


def test_the_same_title_is_named_once_with_its_boards():
    postings = [seen("웹 개발", board=board) for board in ("saramin", "wanted", "saramin")] + [seen("웹 개발", "한빛")]
    trial = try_keywords(postings, rules(track("앱")), rules(track("웹")))
    assert [line for line in shown(trial) if "+" in line] == [
        "    + 웹 개발 · 가온소프트 ×3  (found by 웹)",
        "    + 웹 개발 · 한빛  (found by 웹)",
    ]
    assert as_data(trial)["tracks"][0]["gained"]["titles"][0]["boards"] == ["saramin", "wanted"]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (track("앱"), track("웹"), "    + 웹 외주 · 가온소프트  (found by 웹)"),
        (track("웹"), track("앱"), "    - 웹 외주 · 가온소프트  (no longer found by 웹)"),
        (track("웹"), track("웹", exclude=["외주"]), "    - 웹 외주 · 가온소프트  (kept out by 외주)"),
        (track("웹", exclude=["외주"]), track("웹"), "    + 웹 외주 · 가온소프트  (no longer kept out by 외주)"),
    ],
)
def test_the_reason_is_said(before, after, line):
    assert line in shown(try_keywords([seen("웹 외주")], rules(before), rules(after)))


def test_without_an_edit_nothing_is_compared():
    entry = track("웹")
    text = shown(try_keywords([seen("웹"), seen("", outcome="")], rules(entry), rules(entry)), compared=False)
    assert text[:3] == ["Left out: 1 whose title is not known yet.", "", "웹 (web): 1 posting"]


def test_where_nothing_was_seen_no_word_is_called_dead():
    text = shown(try_keywords([], rules(track("웹")), rules(track("웹"))))
    assert text == ["There is nothing to try the words on: crawl first, or look further back with --days."]
