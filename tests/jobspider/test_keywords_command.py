"""`scrapy keywords`, as a manager types it."""

import json
import subprocess
import sys
from argparse import ArgumentTypeError, Namespace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from psycopg2.extras import execute_values
from scrapy.exceptions import UsageError

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobspider.commands.keywords import Command, days

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 10, tzinfo=KST)

SHOWN = [
    # title, company, outcome, days ago
    ("웹 서비스 개발자", "가온소프트", "stored", 1),
    ("[신입] 라벨링 담당 \x1b[31m", "[red]한빛[/red]", "no_keyword", 2),
    ("웹 서비스 라벨링", "가온제약", "excluded", 3),
    ("", "", "", 3),
    ("라벨링 사원", "옛날소프트", "no_keyword", 40),
]


def write(path, include):
    walks = "\n".join(f'{board} = [{{ list = "1" }}]' for board in BOARDS)
    path.write_text(
        f'[exclude]\nall = ["제약", "국비"]\n[tracks.web]\nlabel = "웹"\ninclude = {json.dumps(include)}\n'
        f"quota = {{ any = 12 }}\n[walks]\n{walks}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def school(database, tmp_path, monkeypatch):
    """A school with postings in its database and keywords of its own; returns the edited file's path."""
    rows = [
        ("saramin", str(number), title, company, "", outcome, NOW - timedelta(days=60), NOW - timedelta(days=ago))
        for number, (title, company, outcome, ago) in enumerate(SHOWN)
    ]
    with database, database.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO sighting (board, board_id, title, company, card_hash, outcome, first_seen, last_seen)"
            " VALUES %s",
            rows,
        )
    monkeypatch.setenv("JOB_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JOB_CLOCK", NOW.isoformat())
    write(tmp_path / "courses.toml", ["웹 서비스", "Hadoop"])
    return write(tmp_path / "edited.toml", ["웹 서비스", "라벨링"])


def run(edited=None, back=30, as_json=False):
    command = Command()
    command.run([], Namespace(edited=edited, days=back, json=as_json))
    return command.exitcode


def test_the_command_as_a_manager_types_it(school):
    command = [sys.executable, "-m", "scrapy", "keywords", "--with", str(school), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["days"], told["postings"], told["left_out"]) == (30, 3, {"untitled": 1, "duplicates": 0})
    (web,) = told["tracks"]
    assert (web["before"], web["after"], web["lost"]["postings"], web["dead_words"]) == (1, 2, 0, [])
    assert [entry["words"] for entry in web["gained"]["titles"]] == [["라벨링"]]
    assert told["dead_exclusions"] == ["국비"]


def test_a_manager_reads_korean_titles_and_no_markup_of_theirs(school, capsys):
    assert run(school) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Tried {school} beside the keywords in force on 3 postings that lists have shown since")
    assert "웹 (web): 1 → 2 postings (1 gained, 0 lost)" in text
    assert "+ [신입] 라벨링 담당 [31m · [red]한빛[/red]  (found by 라벨링)" in text
    assert "\x1b" not in text


def test_without_an_edit_it_finds_dead_words(school, capsys):
    assert run() == 0
    text = capsys.readouterr().out
    assert "Words that found nothing: Hadoop" in text
    assert "ained" not in text


@pytest.mark.parametrize(("back", "gained"), [(1, 0), (30, 1), (41, 2)])
def test_it_looks_back_as_far_as_asked(school, capsys, back, gained):
    run(school, back, as_json=True)
    assert json.loads(capsys.readouterr().out)["tracks"][0]["gained"]["postings"] == gained


@pytest.mark.parametrize("made_up", [True, False])
def test_made_up_postings_are_called_so(school, database, capsys, made_up):
    with database, database.cursor() as cursor:
        cursor.execute("INSERT INTO crawl (spider, made_up, started_at) VALUES ('saramin', %s, now())", (made_up,))
    run(school)
    assert ("(made up)" in capsys.readouterr().out) is made_up


@pytest.mark.parametrize("content", [None, "tracks = [", "[tracks.web]\ninclude = []", b"\xc0\xa5"])
def test_what_a_person_must_mend_is_said_in_one_line(school, capsys, content):
    school.unlink()
    if content is not None:
        school.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert run(school) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {school}: ")
    assert err.count("\n") == 1


def test_a_database_that_does_not_answer_is_said_in_one_line(school, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run(school) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("text", ["0", "soon", "99999", "-3", "", "1.5", "²"])
def test_days_are_a_whole_number(text):
    with pytest.raises(ArgumentTypeError, match="not a number of days"):
        days(text)


def test_a_file_without_its_option_is_not_overlooked():
    with pytest.raises(UsageError, match="--with"):
        Command().run(["edited.toml"], Namespace())
