"""`mailer why`."""

import json
from dataclasses import asdict

import click

from jobdb.tracks import courses
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.plan import Planner
from mailer_cli.preview import the_student
from mailer_cli.report import words
from mailer_cli.screen import harmless, when
from mailer_cli.why import edition_for, why_posting, why_student


@click.command(epilog="examples: mailer why LMS-0007 · mailer why LMS-0007 saramin:49012345 --slot 2026-11-24")
@click.argument("student")
@click.argument("posting", required=False)
@slot_option("The edition of this slot instead of the student's latest.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
def why(student: str, posting: str | None, slot_words: str | None, as_json: bool) -> None:
    """Tell the rule that let STUDENT, or a POSTING for them, into an edition or kept it out.

    STUDENT is an LMS id, a name or an address; POSTING an id, board:id or a link.
    """
    settings, _ = present()
    with open_database() as database, database, database.cursor() as on:
        student_id, found = the_student(on, student)
        edition = edition_for(on, student_id, found, chosen_slot(slot_words, settings))
        if posting:
            track = Planner(courses().tracks, settings).track(edition.course)
            answer = why_posting(on, posting, edition, track, settings)
        else:
            answer = why_student(on, student_id, found, edition)
    where = {"student": found.lms_id, "course": edition.course.name, "slot": edition.slot.isoformat(timespec="minutes")}
    if as_json:
        click.echo(json.dumps(where | asdict(answer), ensure_ascii=False, indent=2))
        return
    what = "posting" if posting else found.lms_id
    click.echo(f"{edition.course.name}, {when(edition.slot)}: {what} {'in' if answer.let_in else 'out'}")
    click.echo(harmless(f"{words(answer.rule)}: {answer.told}"))
