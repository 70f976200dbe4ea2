import tomllib
from pathlib import Path

import pytest

from jobdb.errors import SettingError
from jobdb.tracks import ANY_BOARD, courses, read_courses

GOOD = """
[exclude]
all = ["석사"]
[tracks.pm]
include = ["웹 기획"]
quota = { any = 12 }
[walks]
saramin = [{ cat_mcls = "2" }]
incruit = [{ occ1 = "150" }]
wanted = [{ group = "518" }]
jumpit = [{ jobCategory = "1" }]
worknet = [{ occupation = "024" }]
"""

# what is broken -> what the one-line error must say
BROKEN = {
    "not toml": ("[tracks", "courses.toml"),
    "no track": ('[exclude]\nall = ["석사"]', "no [tracks"),
    "misspelt table": (
        GOOD.replace("[exclude]", "[exlude]"),
        "the file has ['exlude']; it takes exclude, tracks, walks",
    ),
    "misspelt table of a track": (GOOD.replace("[tracks.pm]", "[track.pm]"), "the file has ['track']; it takes"),
    "misspelt key of the exclusions": (GOOD.replace("all = ", "al = "), "[exclude] has ['al']; it takes all"),
    "misspelt key": (GOOD.replace("include", "includes"), "includes"),
    "exclusions without a table": (
        'exclude = ["석사"]' + GOOD.replace('[exclude]\nall = ["석사"]', ""),
        "must be a table",
    ),
    "a track that is no table": ("[tracks]\npm = 3", "must be a table"),
    "no words": (GOOD.replace('["웹 기획"]', "[]"), "include is empty"),
    "a word that is no text": (GOOD.replace('["웹 기획"]', "[3]"), "list of words"),
    "a star alone": (GOOD.replace("웹 기획", "*"), "list of words"),
    "unknown board": (GOOD.replace("any = 12", "monster = 12"), "monster"),
    "a kind that the law has not": (GOOD.replace("quota", 'kind = "spam"\nquota'), 'kind takes "service" or "ad"'),
    "approval in quotes": (GOOD.replace("quota", 'approval = "yes"\nquota'), "approval takes true or false"),
    "negative quota": (GOOD.replace("12", "-1"), "whole numbers"),
    "walk of an unknown board": (GOOD + 'monster = [{ a = "1" }]', "monster"),
    "board without a walk": (GOOD.replace('jumpit = [{ jobCategory = "1" }]', ""), "jumpit"),
    "walk that is a number": (GOOD.replace('"150"', "150"), "in quotes"),
    "walk that is a word": (GOOD.replace('[{ occ1 = "150" }]', '["150"]'), "in quotes"),
    "walk for a run that there is not": (GOOD.replace('"150"', '"150", only = "weekly"'), "weekly"),
    "no walk for full runs": (GOOD.replace('"150"', '"150", only = "daily"'), "no list for full runs"),
    "no walk for daily runs": (GOOD.replace('"150"', '"150", only = "full"'), "no list for daily runs"),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "courses.toml"
    path.write_text(text)
    return path


def test_the_school_s_tracks_are_those_of_its_rules():
    tracks = courses().tracks
    assert {key: track.most for key, track in tracks.items()} == {"bigdata": 25, "fullstack": 25, "pm": 12}
    assert tracks["bigdata"].quota == {"saramin": 10, "incruit": 5, "wanted": 5, "jumpit": 5}
    assert tracks["pm"].quota == {ANY_BOARD: 12}
    assert {len(track.include) for track in tracks.values()} == {47, 43, 6}


def test_exclusions_of_all_tracks_and_of_one(tmp_path):
    track = read_courses(write(tmp_path, GOOD)).tracks["pm"]
    assert track.exclude == ("석사",)
    assert track.label == "pm"


def test_a_walk_is_for_every_run_unless_it_says_only(tmp_path):
    walks = '[{ today = "y", only = "daily" }, { occ1 = "150" }, { occ1 = "104", only = "full" }]'
    incruit = read_courses(write(tmp_path, GOOD.replace('[{ occ1 = "150" }]', walks))).walks["incruit"]
    assert incruit.daily == ({"today": "y"}, {"occ1": "150"})
    assert incruit.full == ({"occ1": "150"}, {"occ1": "104"})


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_line_that_names_it(case, tmp_path):
    text, words = BROKEN[case]
    path = write(tmp_path, text)
    with pytest.raises(SettingError) as error:
        read_courses(path)
    assert str(path) in str(error.value)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2


def test_a_file_of_a_windows_editor_is_read(tmp_path):
    (tmp_path / "courses.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_courses(tmp_path / "courses.toml").tracks


def test_another_encoding_is_told(tmp_path):
    (tmp_path / "courses.toml").write_bytes(GOOD.encode("cp949"))
    with pytest.raises(SettingError, match="not UTF-8"):
        read_courses(tmp_path / "courses.toml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingError, match="not found"):
        read_courses(tmp_path / "courses.toml")


def test_the_good_file_of_these_tests_is_toml():
    assert tomllib.loads(GOOD)
