"""Refusals in the database and the commands: fresh or no mail, nothing lost, nobody signed up."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobdb.errors import DataError
from mailer_cli.cli import mailer
from mailer_cli.forms.settings import FormSettings
from mailer_cli.refusals import mind_refusals, refusals_problem, take_refusals
from tests.mailer_cli.samples import settings
from tests.mailer_cli.school import NOON, School

HEADER = ["타임스탬프", "성함", "이메일"]
WITH_SHEET = settings(forms=FormSettings(refusals_sheet="sheet-id"))


def answered(address: str, at: str = "2026. 11. 20 오후 3:12:45") -> list[str]:
    return [at, "홍길동", address]


def take(school: School, *rows: list[str], header: list[str] = HEADER, at=NOON):
    return take_refusals(school.database, "sheet", lambda: [header, *rows], at)


def problem(school: School, after: timedelta = timedelta(), chosen=WITH_SHEET) -> str | None:
    with school.database, school.database.cursor() as on:
        return refusals_problem(on, chosen, NOON + after)


def standing(school: School) -> list[tuple]:
    return school.rows("SELECT address, reason FROM suppression WHERE lifted_at IS NULL ORDER BY address")


def test_a_school_without_a_form_has_no_problem(school: School):
    assert problem(school, chosen=settings()) is None


def test_a_sheet_that_was_never_read_is_a_problem(school: School):
    assert problem(school) == "the refusals were never read; run `mailer refusals pull`"


@pytest.mark.parametrize(("hours", "fresh"), [(6, True), (6.1, False)])
def test_refusals_grow_old(school: School, hours, fresh):
    take(school)
    told = problem(school, timedelta(hours=hours))
    assert told == (None if fresh else "the refusals were read on Tue 2026-11-24 12:00, longer than 6 h ago; "
                    "run `mailer refusals pull`")  # fmt: skip


def test_a_csv_grows_old_too(school: School):
    take(school)
    assert "run `mailer refusals import FILE.csv`" in str(problem(school, timedelta(days=1), settings()))


def test_a_drifted_header_is_remembered_until_it_is_mended(school: School):
    take(school, answered("a@example.com"))
    with pytest.raises(DataError, match="no column holds the address"):
        take(school, header=["타임스탬프", "성함"])
    assert "could not be taken on Tue 2026-11-24 12:00: no column holds the address" in str(problem(school))
    assert school.rows("SELECT header FROM form_reading ORDER BY id") == [(HEADER,), (["타임스탬프", "성함"],)]
    assert standing(school) == [("a@example.com", "form")]
    take(school)
    assert problem(school) is None


def test_a_reason_goes_on_and_is_kept(school: School):
    with school.database, school.database.cursor() as on:
        with pytest.raises(DataError, match=r'never read; .*; --refusals-stale "why" goes on without'):
            mind_refusals(on, WITH_SHEET, NOON, "plan", " ")
        assert "never read" in str(mind_refusals(on, WITH_SHEET, NOON, "plan", "Google is down"))
    kept = school.rows("SELECT command, reason FROM refusals_override")
    assert kept == [("plan", "Google is down")]


def test_reading_again_changes_nothing(school: School):
    rows = [answered("A@example.com"), answered("b at example"), answered("c@example.com")]
    first, again = take(school, *rows), take(school, *rows)
    assert (first.new, first.suppressed, first.quarantined) == (2, 2, 1)
    assert (again.new, again.suppressed, again.quarantined) == (0, 0, 0)
    assert standing(school) == [("a@example.com", "form"), ("c@example.com", "form")]


def test_a_row_that_vanishes_stays_refused(school: School):
    take(school, answered("a@example.com"))
    take(school)
    assert standing(school) == [("a@example.com", "form")]


def test_whoever_consented_anew_is_not_refused_by_the_old_answer(school: School):
    old = answered("a@example.com")
    take(school, old)
    school.run("UPDATE suppression SET lifted_at = %s, lifted_why = 'consent'", NOON)
    exported = answered("a@example.com", "2026/11/20 3:12:45 오후 GMT+9")  # the same answer in the Form's own words
    assert (take(school, old).suppressed, take(school, exported).suppressed) == (0, 0)
    assert take(school, answered("a@example.com", "2026. 11. 19 오후 3:12:45")).suppressed == 0
    assert take(school, answered("a@example.com", "2026. 11. 25 오후 3:12:45")).suppressed == 1


class Commands:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(mailer, words)
        assert result.exit_code == code, result.output
        return result

    def csv(self, *rows: str, header: str = "타임스탬프,성함,이메일,사유", encoding: str = "utf-8") -> str:
        path = self.folder / "answers.csv"
        path.write_text("\n".join([header, *rows]), encoding=encoding)
        return str(path)


@pytest.fixture
def run(school: School, tmp_path: Path, monkeypatch) -> Commands:
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    return Commands(tmp_path)


def test_the_csv_export_goes_the_same_way(run: Commands, school: School):
    rows = ["2026. 11. 20 오후 3:12:45,홍길동,hong@example.com,많음", "2026. 11. 20 오후 3:13:00,김,kim,"]
    for encoding in ("utf-8-sig", "cp949"):
        told = run("refusals", "import", run.csv(*rows, encoding=encoding))
        assert "columns not taken: 사유" in told.output
        assert "quarantined 1: no address: " in told.stderr
        assert "이메일 k****" in told.stderr
    assert standing(school) == [("hong@example.com", "form")]
    assert school.rows("SELECT source, answers FROM form_reading LIMIT 1") == [("answers.csv", 2)]


def test_drift_exits_3_and_planning_waits(run: Commands, school: School):
    school.student("a")
    drifted = run("refusals", "import", run.csv("x,y", header="타임스탬프,연락처"), code=3)
    assert drifted.stderr.startswith("error: no column holds the address")
    assert "could not be taken" in run("plan", code=3).stderr
    assert school.mails() == {}
    told = run("plan", "--refusals-stale", "the Form is being mended")
    assert "(overruled)" in told.stderr
    assert school.rows("SELECT command, reason FROM refusals_override") == [("plan", "the Form is being mended")]


def test_a_changed_header_is_said(run: Commands):
    run("refusals", "import", run.csv())
    told = run("refusals", "import", run.csv(header="타임스탬프,Name,이메일"))
    assert "the header changed since the last reading: new Name; gone 성함, 사유" in told.stderr


def test_a_person_settles_what_is_quarantined(run: Commands, school: School):
    run(
        "refusals",
        "import",
        run.csv("2026. 11. 20 오후 3:12:45,홍,hong example.com,", "2026. 11. 20 오후 3:13:00,김,몰라요,"),
    )
    shown = run("refusals", "quarantine").output
    assert "이메일 ho****" in shown
    assert "hong example.com" not in shown
    assert "hong example.com" in run("refusals", "quarantine", "--reveal").output
    run("refusals", "settle", "1", "--address", "hong@example.com")
    run("refusals", "settle", "2", "--nobody", "no address can be meant")
    assert standing(school) == [("hong@example.com", "form")]
    assert "no quarantined answer 2" in run("refusals", "settle", "2", "--nobody", "x", code=3).stderr
    again = run("refusals", "import", run.csv("2026. 11. 20 오후 3:12:45,홍,hong example.com,"))
    assert "quarantined" not in again.stderr


@pytest.mark.parametrize(
    "words", [["1"], ["1", "--address", "a@example.com", "--nobody", "x"], ["1", "--address", "a"]]
)
def test_settling_needs_one_clear_word(run: Commands, words):
    run("refusals", "settle", *words, code=2)


def test_without_a_sheet_pull_says_what_to_set(run: Commands, monkeypatch):
    assert "SHEET_ID is not set" in run("refusals", "pull", code=2).stderr
    assert "FEEDBACK_SHEET_ID is not set" in run("feedback", "pull", code=2).stderr
    monkeypatch.setenv("SHEET_ID", "x")
    assert "GOOGLE_APPLICATION_CREDENTIALS is not set" in run("refusals", "pull", code=2).stderr


def test_feedback_is_kept_once(run: Commands, school: School):
    path = run.csv("2026. 11. 20 오후 3:12:45,BIGDATA 77,5,좋아요", header="타임스탬프,과정,만족도,하고 싶은 말")
    assert run("feedback", "import", path).output == "1 answer read, 1 new\n"
    assert run("feedback", "import", path).output == "1 answer read, 0 new\n"
    assert school.rows("SELECT course, answers FROM feedback") == [
        ("BIGDATA 77", {"만족도": "5", "하고 싶은 말": "좋아요"})
    ]


def test_addresses_are_suppressed_and_lifted_by_hand(run: Commands, school: School):
    told = run("suppress", "add", "Hong@example.com", "--why", "asked hong@example.com by telephone").output
    assert told == "ho****@example.com: suppressed\n"
    assert "already" in run("suppress", "add", "hong@example.com", "--why", "again").output
    assert school.rows("SELECT address, reason, detail FROM suppression") == [
        ("hong@example.com", "manual", "asked (address) by telephone")
    ]
    assert "ho****@example.com" in run("suppress", "list").output
    assert json.loads(run("suppress", "list", "--json", "--reveal").output)[0]["address"] == "hong@example.com"
    assert (
        "is not suppressed for form"
        in run("suppress", "lift", "hong@example.com", "--why", "x", "--reason", "form", code=3).stderr
    )
    assert "lifted manual" in run("suppress", "lift", "HONG@example.com", "--why", "wrote to us").output
    assert standing(school) == []
    assert json.loads(run("suppress", "list", "--json").output) == []
    assert json.loads(run("suppress", "list", "--all", "--json").output)[0]["lifted_why"] == "wrote to us"
    run("suppress", "add", "no address", "--why", "x", code=2)
