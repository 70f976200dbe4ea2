"""What was approved is what is sent: through the commands, from the plan to the outbox."""

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobdb.errors import DataError
from jobdb.tracks import courses
from mailer_cli import approval, links
from mailer_cli.cli import mailer
from mailer_cli.config import mail_settings
from mailer_cli.delivery import Outbox
from mailer_cli.letters import edition_mail
from mailer_cli.send import Mailing
from mailer_cli.store import editions
from tests.mailer_cli.samples import ROOT, edition, posting, settings
from tests.mailer_cli.school import BIGDATA, SLOT, School

PM = type(BIGDATA)("PM 14", "pm", BIGDATA.starts_on, BIGDATA.ends_on)


class Desk:
    """A manager at the commands, whose bigdata mails wait for approval, and the configuration that says so."""

    def __init__(self, school: School, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.school, self.folder, self.monkeypatch = school, folder, monkeypatch
        shutil.copytree(ROOT / "config", folder / "config")
        monkeypatch.setenv("JOB_CONFIG_DIR", str(folder / "config"))
        monkeypatch.setenv("MAIL_OUTBOX", str(folder / "outbox"))
        monkeypatch.setattr(links, "recheck", self.recheck)
        self.edit("courses.toml", "[tracks.bigdata]\n", "[tracks.bigdata]\napproval = true\n")

    def __call__(self, *words: str, at: str = "2026-11-24T15:00", code: int = 0) -> Result:
        self.monkeypatch.setenv("JOB_CLOCK", at)
        courses.cache_clear()
        result = CliRunner().invoke(mailer, words)
        assert result.exit_code == code, result.output
        return result

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / "config" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def recheck(self, posting_ids: set[int]) -> int:
        for posting_id in posting_ids:
            self.school.run(
                "INSERT INTO link_check VALUES (DEFAULT, %s, 'open', 'http 200', %s)",
                posting_id,
                os.environ["JOB_CLOCK"],
            )
        return 0

    def send(self, code: int = 0) -> Result:
        return self("send", at="2026-11-24T17:05", code=code)

    def sent(self) -> int:
        return len(list((self.folder / "outbox").glob("*/*.eml")))


@pytest.fixture
def desk(school: School, tmp_path: Path, monkeypatch):
    """Two courses, two students each, five postings for each; planned and checked."""
    for lms_id, course in (("B-1", BIGDATA), ("B-2", BIGDATA), ("P-1", PM), ("P-2", PM)):
        school.student(lms_id, course)
    for track in ("bigdata", "pm"):
        for number in range(5):
            school.posting("saramin", title=f"{track} 채용 {number}", track=track)
    manager = Desk(school, tmp_path, monkeypatch)
    manager("plan")
    manager("check")
    yield manager
    courses.cache_clear()


def test_an_edition_waits_for_its_approval_alone(desk: Desk):
    told = desk.send(code=3).stderr
    assert told == "error: 1 edition waiting for `mailer approve`: BIGDATA 77 (not approved yet)\n"
    assert desk.sent() == 2
    assert desk("approve", "BIGDATA 77").output == "approved: BIGDATA 77, 5 postings\n"
    desk.send()
    assert desk.sent() == 4


def test_a_track_that_asks_for_none_may_be_approved_and_is_told_so(desk: Desk):
    told = desk("approve", "--all").output
    assert told == "approved: BIGDATA 77, 5 postings\napproved: PM 14, 5 postings (its track asks for no approval)\n"


def test_approval_may_be_asked_for_everywhere(desk: Desk):
    desk.edit("mail.toml", "required = false", "required = true")
    assert "2 editions waiting for" in desk.send(code=3).stderr
    assert desk.sent() == 0


CHANGES = {
    "a posting's title": lambda desk: desk.school.run(
        "UPDATE posting SET title = '데이터 엔지니어' WHERE title = 'bigdata 채용 1'"
    ),
    "a deadline": lambda desk: desk.school.run("UPDATE posting SET deadline_at = deadline_at + interval '1 day'"),
    "a posting that closed": lambda desk: replaced(desk),
    "a link of the settings": lambda desk: desk.edit("mail.toml", "job-mail-survey", "another-survey"),
    "the sender's block": lambda desk: desk.edit("mail.toml", "02-0000-0000", "02-0000-0001"),
}


def replaced(desk: Desk) -> None:
    """Plan once more after a posting closed and another came."""
    (first, *_) = desk.school.chosen()
    desk.school.close([first])
    desk("plan")
    desk("check")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changed_after_the_approval_needs_a_new_one(desk: Desk, change):
    desk("approve", "BIGDATA 77")
    change(desk)
    told = desk.send(code=3).stderr
    assert "BIGDATA 77 (changed after it was approved (Tue 2026-11-24 15:00))" in told
    assert desk.sent() == 2
    desk("approve", "BIGDATA 77")
    desk.send()
    assert desk.sent() == 4


def test_planning_again_to_the_same_words_keeps_the_approval(desk: Desk):
    desk("approve", "BIGDATA 77")
    desk("plan")
    desk("check")
    desk.send()
    assert desk.sent() == 4


def test_the_check_says_what_must_be_approved_again(desk: Desk):
    desk("approve", "BIGDATA 77")
    (first, *_) = desk.school.chosen()
    desk.school.close([first])
    told = desk("check").output
    assert (
        "1 edition waiting for `mailer approve`: BIGDATA 77 (changed after it was approved (Tue 2026-11-24 15:00))"
        in told
    )


def test_a_sender_refuses_what_nobody_approved(desk: Desk):
    with desk.school.database, desk.school.database.cursor() as on:
        ids = [found.id for found in editions.find(on) if found.course.name == "BIGDATA 77"]
    mailing = Mailing(desk.school.database, Outbox(mail_settings()), mail_settings(), courses().tracks, ids)
    mailing.begin(SLOT)
    with pytest.raises(DataError, match=r"BIGDATA 77: not approved yet; look at it"):
        mailing.send_one(SLOT)
    assert desk.school.rows("SELECT DISTINCT state FROM delivery WHERE edition_id = ANY(%s)", ids) == [("ready",)]


def test_what_the_linter_finds_is_not_approved(desk: Desk):
    desk("kind", "ad", "BIGDATA 77")
    told = desk("approve", "BIGDATA 77", code=5).stderr
    assert told == (
        "error: not approved: BIGDATA 77: consent: an advertisement needs everybody's prior consent; "
        "say in [law] consent of mail.toml where it is kept\n"
    )
    assert desk.school.rows("SELECT count(*) FROM approval") == [(0,)]


def test_approving_names_its_courses(desk: Desk):
    assert "name the courses, or say --all" in desk("approve", code=2).stderr
    assert "no course 'FULL 9'; known are BIGDATA 77, PM 14" in desk("approve", "FULL 9", code=3).stderr


def test_who_approved_and_when_is_kept(desk: Desk):
    desk("approve", "BIGDATA 77")
    ((digest, at, account),) = desk.school.rows("SELECT digest, approved_at, account FROM approval")
    with desk.school.database, desk.school.database.cursor() as on:
        (found,) = [each for each in editions.find(on) if each.course.name == "BIGDATA 77"]
        mail = edition_mail(on, found, courses().tracks["bigdata"])
    assert digest == approval.digest(mail, mail_settings())
    assert (at.isoformat(), bool(account)) == ("2026-11-24T15:00:00+09:00", True)


def test_lint_tells_how_each_mail_stands(desk: Desk):
    told = desk("lint").output
    assert "BIGDATA 77  service         5            5" in told
    assert "[PM 14] 이번 주 채용공고 5건" in told
    desk("kind", "ad", "PM 14")
    refused = desk("lint", code=5)
    assert refused.stderr.startswith("error: PM 14: consent: ")
    assert "(광고) [PM 14]" in refused.stdout
    desk("kind", "track", "PM 14")
    desk("lint")


def test_a_track_may_be_an_advertisement(desk: Desk):
    desk.edit("courses.toml", "[tracks.pm]\n", '[tracks.pm]\nkind = "ad"\n')
    desk.edit("mail.toml", 'consent = ""', 'consent = "수강신청서 3항"')
    assert "(광고) [PM 14]" in desk("lint").output
    assert "(광고) [PM 14]" not in (desk("kind", "service", "PM 14"), desk("lint"))[1].output


def test_send_says_what_the_linter_finds(desk: Desk):
    desk("kind", "ad", "PM 14")
    assert "error: PM 14: consent: " in desk.send(code=5).stderr
    assert desk.sent() == 0


def test_a_digest_tells_editions_apart_and_recipients_not():
    base = edition(posting(1), posting(2))
    others = [
        edition(posting(2), posting(1)),
        edition(posting(1), posting(3, title=posting(2).title, url=posting(2).url)),
        edition(posting(1), posting(2), kind="ad"),
        edition(posting(1)),
    ]
    digests = [approval.digest(each, settings()) for each in (base, *others)]
    assert len(set(digests)) == len(digests)
    assert approval.digest(edition(posting(1), posting(2)), settings()) == digests[0]
