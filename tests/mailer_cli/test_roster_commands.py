"""`mailer roster`: what an import would change, what it asks about, and what the LMS is told."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailer_cli.cli import mailer
from sandbox.roster import Row, roster, write
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import NOON, School
from tests.mailer_cli.test_claim import suppress

DAY = date(2026, 11, 21)


@pytest.fixture
def rows(school: School, tmp_path: Path, monkeypatch) -> list[Row]:
    """The made-up school's rows, imported."""
    monkeypatch.setenv("JOB_CLOCK", "2026-11-24T12:00")
    found = list(roster(DAY))
    run(tmp_path, found, "import")
    return found


def run(folder: Path, rows: list[Row], *words: str, code: int = 0) -> Result:
    write(rows, folder / "roster.csv")
    result = CliRunner().invoke(mailer, ["roster", *words, str(folder / "roster.csv")])
    assert result.exit_code == code, result.output
    return result


def test_diff_tells_each_student_and_changes_nothing(school: School, rows, tmp_path):
    changed = [replace(rows[0], status="취업", email="new.address@example.com"), *rows[1:-1]]
    told = run(tmp_path, [*changed, replace(rows[0], lms_id="L-NEW", email="n@example.com")], "diff").output
    first, last = rows[0].lms_id, rows[-1].lms_id
    assert f"~ {first}: email {rows[0].email[:2]}****@" in told
    assert "→ ne****@example.com, status" in told
    assert f"- {last}: PM 14, " in told
    assert "+ L-NEW: BIGDATA 75, " in told
    assert not [row.email for row in rows if row.email in told]
    assert "new.address@example.com" in run(tmp_path, changed, "diff", "--reveal").output
    kept = school.rows("SELECT missing_since, email FROM student WHERE lms_id IN (%s, %s)", first, last)
    assert sorted(kept) == sorted([(None, rows[0].email), (None, rows[-1].email)])


def test_who_left_the_roster_gets_no_mail_until_they_are_back(school: School, rows, tmp_path):
    run(tmp_path, rows[:-1], "import")
    missing = "SELECT lms_id FROM student WHERE missing_since IS NOT NULL"
    assert school.rows(missing) == [(rows[-1].lms_id,)]
    assert "300 unchanged, 1 back" in run(tmp_path, rows, "import").output
    assert school.rows(missing) == []


def test_a_mass_change_waits_for_a_person(school: School, rows, tmp_path):
    refused = run(tmp_path, rows[:200], "import", code=3).stderr
    assert refused == (
        "error: 100 of 300 students are gone; look at `mailer roster diff`, then import with --confirm-mass-change\n"
    )
    assert school.rows("SELECT count(*) FROM student WHERE missing_since IS NOT NULL") == [(0,)]
    assert "an import asks for --confirm-mass-change" in run(tmp_path, rows[:200], "diff").output
    run(tmp_path, rows[:200], "import", "--confirm-mass-change")
    assert school.rows("SELECT students, gone, mass_change FROM roster_import ORDER BY id DESC LIMIT 1") == [
        (200, 100, "100 of 300 students are gone")
    ]


def test_switches_turned_in_a_mass_wait_too(school: School, rows, tmp_path):
    off = [replace(row, mail_on="off") for row in rows]
    assert "switches are turned" in run(tmp_path, off, "import", code=3).stderr


@pytest.mark.parametrize("words", [[], ["a.csv", "--url", "https://lms.example/"], ["--view", "v", "--url", "x"]])
def test_one_source_is_named(database, words):
    result = CliRunner().invoke(mailer, ["roster", "diff", *words])
    assert (result.exit_code, "name one source" in result.stderr) == (2, True)


def test_the_lms_is_told_what_each_student_last_got(school: School, tmp_path: Path):
    school.student("a")
    school.student("b", mail_on=False)
    school.student("c")
    school.plan()
    school.run("INSERT INTO attempt (delivery_id, route, started_at, ended_at, outcome) SELECT delivery.id, 'outbox', "
               "%s, %s, 'accepted' FROM delivery JOIN student ON student.id = student_id WHERE lms_id = 'a'",
               SLOT, SLOT + timedelta(minutes=1))  # fmt: skip
    school.student("d")
    later = SLOT + timedelta(days=3)
    school.plan(later, NOON)
    school.student("e")
    out = tmp_path / "new" / "status.csv"
    told = CliRunner().invoke(mailer, ["roster", "export-status", "--out", str(out)])
    assert told.output == f"5 students in {out}\n"
    found = {row["lms_id"]: row for row in csv.DictReader(out.open(encoding="utf-8-sig"))}
    assert found["a"]["last_mail_at"] == "2026-11-24T17:01+09:00"
    assert found["a"]["last_mail_slot"] == "2026-11-24T17:00+09:00"
    assert (found["a"]["edition_slot"], found["a"]["state"]) == ("2026-11-27T17:00+09:00", "planned")
    assert (found["b"]["last_mail_at"], found["b"]["state"], found["b"]["reason"]) == ("", "skipped", "switched_off")
    assert set(found["e"].values()) == {"e", "BIGDATA 77", ""}


def test_what_a_spreadsheet_would_run_is_defused_for_it(school: School, tmp_path: Path):
    school.student("=1+1", email="a@example.com")
    out = tmp_path / "status.csv"
    CliRunner().invoke(mailer, ["roster", "export-status", "--out", str(out)])
    assert [row["lms_id"] for row in csv.DictReader(out.open(encoding="utf-8-sig"))] == ["'=1+1"]


def refused(school: School) -> list[tuple]:
    return school.rows("SELECT address, reason FROM suppression WHERE lifted_at IS NULL ORDER BY address")


@pytest.mark.parametrize("reason", ["form", "one_click", "page", "manual", "complaint"])
def test_a_refusal_follows_a_person_to_their_new_address(school: School, rows, tmp_path, reason):
    suppress(school, rows[0].email.lower(), reason)
    moved = [replace(rows[0], email="A.New@example.com"), *rows[1:]]
    told = run(tmp_path, moved, "import").output
    assert told.endswith("refused at an earlier address, so at the new one too: 1\n")
    assert ("a.new@example.com", reason) in refused(school)
    lifted = "UPDATE suppression SET lifted_at = since, lifted_why = 'consented anew' WHERE address = %s"
    school.run(lifted, "a.new@example.com")
    run(tmp_path, rows, "import")
    assert "refused" not in run(tmp_path, moved, "import").output


@pytest.mark.parametrize(
    ("reason", "changes"), [("bounce", {}), ("provider", {}), ("mailbox_full", {}), ("form", {"name": "남궁다른"})]
)
def test_neither_a_mailbox_nor_another_person_takes_a_refusal_along(school: School, rows, tmp_path, reason, changes):
    suppress(school, rows[0].email.lower(), reason)
    run(tmp_path, [replace(rows[0], email="new@example.com", **changes), *rows[1:]], "import")
    assert refused(school) == [(rows[0].email.lower(), reason)]
