"""gspread itself against Google's endpoints on loopback: the token, the Sheet's metadata, its values."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobdb.errors import SettingError
from mailer_cli.cli import mailer
from mailer_cli.forms import sheet
from tests.mailer_cli.google import VALUES, Google, google_on_loopback
from tests.mailer_cli.school import NOON, School


@pytest.fixture
def google(tmp_path: Path, monkeypatch) -> Iterator[Google]:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.setenv("SHEET_ID", "sheet-id")
    monkeypatch.setenv("JOB_CLOCK", NOON.isoformat())
    with google_on_loopback(tmp_path / "key.json", monkeypatch) as server:
        yield server


def pull(*words: str):
    return CliRunner().invoke(mailer, ["refusals", "pull", *words])


def test_refusals_are_pulled_with_a_service_account(google: Google, school: School):
    told = pull()
    assert (told.exit_code, told.output) == (0, "1 answer read, 1 new; 1 newly refused\n")
    assert school.rows("SELECT address, reason FROM suppression") == [("hong@example.com", "form")]
    assert school.rows("SELECT source, header, problem FROM form_reading") == [("sheet", VALUES[0], None)]
    assert {token for _, token in google.asked} == {"Bearer t0ken"}
    assert google.asked[0][0] == "/v4/spreadsheets/sheet-id"


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "not shared with the service account"), (404, "cannot be read"), (429, "cannot be read"), (500, "cannot")],
)
def test_a_sheet_that_does_not_come_stops_the_mail(google: Google, school: School, status, told):
    google.status = status
    refused = pull()
    assert refused.exit_code == 3
    assert told in refused.stderr
    assert "robot@school.example" not in refused.stderr
    assert school.rows("SELECT problem IS NOT NULL FROM form_reading") == [(True,)]
    school.student("a")
    assert CliRunner().invoke(mailer, ["plan"]).exit_code == 3


def test_a_tab_is_named(google: Google, tmp_path: Path):
    google.tabs = {"요약": [["합계"]], "설문지 응답 시트1": VALUES}
    session = sheet.session_of(str(tmp_path / "key.json"))
    assert sheet.read_sheet(session, "sheet-id") == [["합계"]]
    assert sheet.read_sheet(session, "sheet-id", "설문지 응답 시트1") == VALUES
    with pytest.raises(sheet.UnreadableSheet, match="WorksheetNotFound"):
        sheet.read_sheet(session, "sheet-id", "없는 탭")


@pytest.mark.parametrize("content", ["", "{}", '{"type": "service_account"}'])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content):
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(SettingError, match="is no service account's key"):
        sheet.session_of(str(tmp_path / "key.json"))
