"""What anybody wrote is shown, and never steers the terminal that shows it."""

import json

import pytest
from click.testing import CliRunner

from mailer_cli import screen
from mailer_cli.cli import mailer
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import School

HOSTILE = "\x1b]0;title\x07\x1b[31m\x9b2Jred\u202e\r\nmore"
STEERING = set("\x1b\x07\x9b\u202e\r")


def test_a_line_end_stays_in_a_cell(capsys: pytest.CaptureFixture[str]):
    screen.table("words", ("one",), [(HOSTILE,)])
    told = capsys.readouterr().out
    assert STEERING.isdisjoint(told)
    assert [line.strip() for line in told.splitlines()][-2:] == ["]0;title  [31m 2Jred", "more"]


@pytest.mark.parametrize(
    "words",
    [
        ("refusals", "quarantine", "--reveal"),
        ("refusals", "quarantine"),
        ("events", "unread"),
        ("suppress", "list"),
        ("status",),
        ("status", "--students"),
        ("why", "a"),
        ("unknown", "resolve", HOSTILE, "resend", "--why", "x"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_no_command_hands_a_terminal_what_others_wrote(school: School, words: tuple[str, ...]):
    school.student("a")
    school.plan()
    school.run("UPDATE edition SET paused_at = now(), paused_why = %s", HOSTILE)
    school.run("UPDATE delivery SET reason = %s", HOSTILE)
    school.run(
        "INSERT INTO suppression (address, reason, detail, since) VALUES ('b@c.de', 'manual', %s, now())", HOSTILE
    )
    school.run("INSERT INTO unread_event VALUES (DEFAULT, 'digest', %s, %s, %s)", HOSTILE, HOSTILE, SLOT)
    quarantined = "INSERT INTO form_quarantine VALUES (DEFAULT, 'refusals', %s, 'digest', 'no address', %s)"
    school.run(quarantined, json.dumps({HOSTILE: HOSTILE}), SLOT)
    told = CliRunner().invoke(mailer, words, color=True)
    assert told.output
    assert STEERING.isdisjoint(told.output)
