"""A .env means the same to every program, whether make started it or cron."""

import subprocess

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ops import environment

NAMES = ("JOB_A", "JOB_B")
# what an operator may write; make's own functions, $(shell …), are no settings
PIECES = st.text("abc019 ='\"-/:@.,?&%ä공", max_size=8)
VALUES = st.lists(st.one_of(PIECES, st.sampled_from(["#", r"\#", "$$"])), max_size=4).map("".join)


def read(path) -> dict[str, str]:
    found: dict[str, str] = {}
    environment.load(path, found)
    return found


def by_make(folder) -> dict[str, str]:
    (folder / "Makefile").write_text("-include .env\nexport\nall:\n\t@env -0\n")
    clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["make", "-s"], cwd=folder, env=clean, capture_output=True, text=True, check=True)
    pairs = (line.partition("=") for line in done.stdout.split("\0"))
    return {name: value.rstrip() for name, _, value in pairs if name in NAMES}


@settings(max_examples=30)
@given(st.tuples(VALUES, VALUES), st.sampled_from(["", "export ", "  "]))
@example(("postgresql://jobs:p%40ss@127.0.0.1/jobs?x=1#frag", "a \\# b $$ c"), "")
@example(('"in quotes"', "'x' # and a comment"), "export ")
def test_a_setting_is_read_as_make_reads_it(tmp_path_factory, values, before):
    folder = tmp_path_factory.mktemp("env")
    lines = (f"{before}{name}={value}" for name, value in zip(NAMES, values, strict=True))
    (folder / ".env").write_text("# settings\n\n" + "\n".join(lines) + "\n")
    assert read(folder / ".env") == by_make(folder)


def test_what_the_environment_sets_goes_first_and_no_file_is_no_error(tmp_path):
    (tmp_path / ".env").write_text("#JOB_B=off\nJOB_A=file\n")
    found = {"JOB_A": "environment"}
    environment.load(tmp_path / ".env", found)
    assert found == {"JOB_A": "environment"}
    assert read(tmp_path / "none") == {}
