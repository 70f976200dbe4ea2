"""`mailer approve`."""

from collections.abc import Sequence
from getpass import getuser

import click

from jobdb.tracks import courses as configured
from mailer_cli import approval, letters, screen
from mailer_cli.commands.chosen import OPEN, chosen_editions, editions_options
from mailer_cli.commands.frame import open_database, present
from mailer_cli.errors import NotReady
from mailer_cli.lint import lint_edition
from mailer_cli.store import approvals


@click.command(epilog='examples: mailer approve "BIGDATA 77" · mailer approve --all')
@editions_options
@click.option("--all", "everything", is_flag=True, help="All courses of the slot, instead of naming them.")
def approve(courses: Sequence[str], slot_words: str | None, everything: bool) -> None:
    """Let a slot's editions of COURSE go out with the words that they have now.

    Look at them first: `mailer preview --any COURSE`. When planning, the check or a crawl changes a word or a posting
    afterwards, the edition waits for a new approval. What `mailer lint` finds is not approved. Tracks that ask for
    approval say approval = true in courses.toml; [approval] of mail.toml asks for it everywhere.
    """
    if bool(courses) == everything:
        raise click.UsageError("name the courses, or say --all")
    settings, now = present()
    tracks = configured().tracks
    findings = []
    with open_database() as database, database, database.cursor() as on:
        for edition in chosen_editions(on, courses, slot_words, OPEN):
            track = tracks[edition.course.track]
            mail = letters.edition_mail(on, edition, track)
            if found := lint_edition(mail, settings):
                findings += found
                continue
            approvals.approve(on, edition.id, approval.digest(mail, settings), getuser(), now)
            idle = "" if approval.needed(track, settings) else " (its track asks for no approval)"
            click.echo(f"approved: {mail.course}, {screen.count(len(mail.postings), 'posting')}{idle}")
    if findings:
        raise NotReady("\n".join(f"not approved: {finding}" for finding in findings))
